// Generated from schema/record.schema.json by npm run generate.
// @ts-nocheck
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
"use strict";
export const record = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"record.schema.json","type":"object","additionalProperties":false,"properties":{"topo_record":{"const":1},"id":{"type":"string","pattern":"^[0-9a-f]{7}-[0-9a-f]{8}$","examples":["8f1c2a9-04d1b7e2"]},"cluster_name":{"type":"string"},"vhost":{"type":"string"},"started":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"},"replaced":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"before":{"$ref":"#/$defs/named"},"after":{"$ref":"#/$defs/named"}},"required":["before","after"]}},"rings":{"type":"array","items":{"type":"string"}},"bindings":{"type":"array","items":{"$ref":"#/$defs/binding"}}},"required":["topo_record","id","cluster_name","vhost","started","replaced","rings","bindings"],"$defs":{"named":{"type":"object","additionalProperties":false,"properties":{"object":{"enum":["exchange","queue"]},"name":{"type":"string","minLength":1},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"internal":{"type":"boolean"},"arguments":{"type":"object"}},"required":["object","name","durable","auto_delete","arguments"],"if":{"properties":{"object":{"const":"exchange"}}},"then":{"required":["type","internal"]}},"binding":{"type":"object","additionalProperties":false,"properties":{"source":{"type":"string","minLength":1},"destination":{"type":"string","minLength":1},"destination_type":{"enum":["exchange","queue"]},"routing_key":{"type":"string"},"arguments":{"type":"object"}},"required":["source","destination","destination_type","routing_key","arguments"]}}};
const schema32 = {"type":"object","additionalProperties":false,"properties":{"object":{"enum":["exchange","queue"]},"name":{"type":"string","minLength":1},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"internal":{"type":"boolean"},"arguments":{"type":"object"}},"required":["object","name","durable","auto_delete","arguments"],"if":{"properties":{"object":{"const":"exchange"}}},"then":{"required":["type","internal"]}};
const schema34 = {"type":"object","additionalProperties":false,"properties":{"source":{"type":"string","minLength":1},"destination":{"type":"string","minLength":1},"destination_type":{"enum":["exchange","queue"]},"routing_key":{"type":"string"},"arguments":{"type":"object"}},"required":["source","destination","destination_type","routing_key","arguments"]};
const func0 = Object.prototype.hasOwnProperty;
const func87 = require("ajv/dist/runtime/ucs2length").default;
const pattern4 = new RegExp("^[0-9a-f]{7}-[0-9a-f]{8}$", "u");
const pattern5 = new RegExp("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="record.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.topo_record === undefined) || (!(func0.call(data, "topo_record")))) && (missing0 = "topo_record")) || (((data.id === undefined) || (!(func0.call(data, "id")))) && (missing0 = "id"))) || (((data.cluster_name === undefined) || (!(func0.call(data, "cluster_name")))) && (missing0 = "cluster_name"))) || (((data.vhost === undefined) || (!(func0.call(data, "vhost")))) && (missing0 = "vhost"))) || (((data.started === undefined) || (!(func0.call(data, "started")))) && (missing0 = "started"))) || (((data.replaced === undefined) || (!(func0.call(data, "replaced")))) && (missing0 = "replaced"))) || (((data.rings === undefined) || (!(func0.call(data, "rings")))) && (missing0 = "rings"))) || (((data.bindings === undefined) || (!(func0.call(data, "bindings")))) && (missing0 = "bindings"))){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((((((((key0 === "topo_record") || (key0 === "id")) || (key0 === "cluster_name")) || (key0 === "vhost")) || (key0 === "started")) || (key0 === "replaced")) || (key0 === "rings")) || (key0 === "bindings"))){
validate20.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.topo_record !== undefined && func0.call(data, "topo_record")){
const _errs2 = errors;
if(1 !== data.topo_record){
validate20.errors = [{instancePath:instancePath+"/topo_record",schemaPath:"#/properties/topo_record/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined && func0.call(data, "id")){
let data1 = data.id;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
validate20.errors = [{instancePath:instancePath+"/id",schemaPath:"#/properties/id/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{7}-[0-9a-f]{8}$"},message:"must match pattern \""+"^[0-9a-f]{7}-[0-9a-f]{8}$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/id",schemaPath:"#/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cluster_name !== undefined && func0.call(data, "cluster_name")){
const _errs5 = errors;
if(typeof data.cluster_name !== "string"){
validate20.errors = [{instancePath:instancePath+"/cluster_name",schemaPath:"#/properties/cluster_name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vhost !== undefined && func0.call(data, "vhost")){
const _errs7 = errors;
if(typeof data.vhost !== "string"){
validate20.errors = [{instancePath:instancePath+"/vhost",schemaPath:"#/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.started !== undefined && func0.call(data, "started")){
let data4 = data.started;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data4 === "string"){
if(!pattern5.test(data4)){
validate20.errors = [{instancePath:instancePath+"/started",schemaPath:"#/properties/started/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"},message:"must match pattern \""+"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/started",schemaPath:"#/properties/started/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.replaced !== undefined && func0.call(data, "replaced")){
let data5 = data.replaced;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data5)){
var valid1 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
const _errs13 = errors;
if(errors === _errs13){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((((data6.before === undefined) || (!(func0.call(data6, "before")))) && (missing1 = "before")) || (((data6.after === undefined) || (!(func0.call(data6, "after")))) && (missing1 = "after"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0,schemaPath:"#/properties/replaced/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs15 = errors;
for(const key1 of Object.keys(data6)){
if(!((key1 === "before") || (key1 === "after"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0,schemaPath:"#/properties/replaced/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs15 === errors){
if(data6.before !== undefined && func0.call(data6, "before")){
let data7 = data6.before;
const _errs16 = errors;
const _errs17 = errors;
const _errs19 = errors;
let valid4 = true;
const _errs20 = errors;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.object !== undefined && func0.call(data7, "object")){
if("exchange" !== data7.object){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
var _valid0 = _errs20 === errors;
errors = _errs19;
if(vErrors !== null){
if(_errs19){
vErrors.length = _errs19;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs22 = errors;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing2;
if((((data7.type === undefined) || (!(func0.call(data7, "type")))) && (missing2 = "type")) || (((data7.internal === undefined) || (!(func0.call(data7, "internal")))) && (missing2 = "internal"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before",schemaPath:"#/$defs/named/then/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
}
var _valid0 = _errs22 === errors;
valid4 = _valid0;
}
if(!valid4){
const err1 = {instancePath:instancePath+"/replaced/" + i0+"/before",schemaPath:"#/$defs/named/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate20.errors = vErrors;
return false;
}
if(errors === _errs17){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing3;
if(((((((data7.object === undefined) || (!(func0.call(data7, "object")))) && (missing3 = "object")) || (((data7.name === undefined) || (!(func0.call(data7, "name")))) && (missing3 = "name"))) || (((data7.durable === undefined) || (!(func0.call(data7, "durable")))) && (missing3 = "durable"))) || (((data7.auto_delete === undefined) || (!(func0.call(data7, "auto_delete")))) && (missing3 = "auto_delete"))) || (((data7.arguments === undefined) || (!(func0.call(data7, "arguments")))) && (missing3 = "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before",schemaPath:"#/$defs/named/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs23 = errors;
for(const key2 of Object.keys(data7)){
if(!(((((((key2 === "object") || (key2 === "name")) || (key2 === "type")) || (key2 === "durable")) || (key2 === "auto_delete")) || (key2 === "internal")) || (key2 === "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before",schemaPath:"#/$defs/named/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs23 === errors){
if(data7.object !== undefined && func0.call(data7, "object")){
let data9 = data7.object;
const _errs24 = errors;
if(!((data9 === "exchange") || (data9 === "queue"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/object",schemaPath:"#/$defs/named/properties/object/enum",keyword:"enum",params:{allowedValues: schema32.properties.object.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid6 = _errs24 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data7.name !== undefined && func0.call(data7, "name")){
let data10 = data7.name;
const _errs25 = errors;
if(errors === _errs25){
if(typeof data10 === "string"){
if(func87(data10) < 1){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/name",schemaPath:"#/$defs/named/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/name",schemaPath:"#/$defs/named/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid6 = _errs25 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data7.type !== undefined && func0.call(data7, "type")){
const _errs27 = errors;
if(typeof data7.type !== "string"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/type",schemaPath:"#/$defs/named/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid6 = _errs27 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data7.durable !== undefined && func0.call(data7, "durable")){
const _errs29 = errors;
if(typeof data7.durable !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/durable",schemaPath:"#/$defs/named/properties/durable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid6 = _errs29 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data7.auto_delete !== undefined && func0.call(data7, "auto_delete")){
const _errs31 = errors;
if(typeof data7.auto_delete !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/auto_delete",schemaPath:"#/$defs/named/properties/auto_delete/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid6 = _errs31 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data7.internal !== undefined && func0.call(data7, "internal")){
const _errs33 = errors;
if(typeof data7.internal !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/internal",schemaPath:"#/$defs/named/properties/internal/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid6 = _errs33 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data7.arguments !== undefined && func0.call(data7, "arguments")){
let data15 = data7.arguments;
const _errs35 = errors;
if(!(data15 && typeof data15 == "object" && !Array.isArray(data15))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before/arguments",schemaPath:"#/$defs/named/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
var valid6 = _errs35 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/before",schemaPath:"#/$defs/named/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs16 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data6.after !== undefined && func0.call(data6, "after")){
let data16 = data6.after;
const _errs37 = errors;
const _errs38 = errors;
const _errs40 = errors;
let valid8 = true;
const _errs41 = errors;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.object !== undefined && func0.call(data16, "object")){
if("exchange" !== data16.object){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid1 = _errs41 === errors;
errors = _errs40;
if(vErrors !== null){
if(_errs40){
vErrors.length = _errs40;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs43 = errors;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing4;
if((((data16.type === undefined) || (!(func0.call(data16, "type")))) && (missing4 = "type")) || (((data16.internal === undefined) || (!(func0.call(data16, "internal")))) && (missing4 = "internal"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after",schemaPath:"#/$defs/named/then/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
}
var _valid1 = _errs43 === errors;
valid8 = _valid1;
}
if(!valid8){
const err3 = {instancePath:instancePath+"/replaced/" + i0+"/after",schemaPath:"#/$defs/named/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate20.errors = vErrors;
return false;
}
if(errors === _errs38){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing5;
if(((((((data16.object === undefined) || (!(func0.call(data16, "object")))) && (missing5 = "object")) || (((data16.name === undefined) || (!(func0.call(data16, "name")))) && (missing5 = "name"))) || (((data16.durable === undefined) || (!(func0.call(data16, "durable")))) && (missing5 = "durable"))) || (((data16.auto_delete === undefined) || (!(func0.call(data16, "auto_delete")))) && (missing5 = "auto_delete"))) || (((data16.arguments === undefined) || (!(func0.call(data16, "arguments")))) && (missing5 = "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after",schemaPath:"#/$defs/named/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs44 = errors;
for(const key3 of Object.keys(data16)){
if(!(((((((key3 === "object") || (key3 === "name")) || (key3 === "type")) || (key3 === "durable")) || (key3 === "auto_delete")) || (key3 === "internal")) || (key3 === "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after",schemaPath:"#/$defs/named/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs44 === errors){
if(data16.object !== undefined && func0.call(data16, "object")){
let data18 = data16.object;
const _errs45 = errors;
if(!((data18 === "exchange") || (data18 === "queue"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/object",schemaPath:"#/$defs/named/properties/object/enum",keyword:"enum",params:{allowedValues: schema32.properties.object.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid10 = _errs45 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.name !== undefined && func0.call(data16, "name")){
let data19 = data16.name;
const _errs46 = errors;
if(errors === _errs46){
if(typeof data19 === "string"){
if(func87(data19) < 1){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/name",schemaPath:"#/$defs/named/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/name",schemaPath:"#/$defs/named/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid10 = _errs46 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.type !== undefined && func0.call(data16, "type")){
const _errs48 = errors;
if(typeof data16.type !== "string"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/type",schemaPath:"#/$defs/named/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid10 = _errs48 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.durable !== undefined && func0.call(data16, "durable")){
const _errs50 = errors;
if(typeof data16.durable !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/durable",schemaPath:"#/$defs/named/properties/durable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid10 = _errs50 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.auto_delete !== undefined && func0.call(data16, "auto_delete")){
const _errs52 = errors;
if(typeof data16.auto_delete !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/auto_delete",schemaPath:"#/$defs/named/properties/auto_delete/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid10 = _errs52 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.internal !== undefined && func0.call(data16, "internal")){
const _errs54 = errors;
if(typeof data16.internal !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/internal",schemaPath:"#/$defs/named/properties/internal/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid10 = _errs54 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.arguments !== undefined && func0.call(data16, "arguments")){
let data24 = data16.arguments;
const _errs56 = errors;
if(!(data24 && typeof data24 == "object" && !Array.isArray(data24))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after/arguments",schemaPath:"#/$defs/named/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
var valid10 = _errs56 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0+"/after",schemaPath:"#/$defs/named/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs37 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i0,schemaPath:"#/properties/replaced/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs13 === errors;
if(!valid1){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced",schemaPath:"#/properties/replaced/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rings !== undefined && func0.call(data, "rings")){
let data25 = data.rings;
const _errs58 = errors;
if(errors === _errs58){
if(Array.isArray(data25)){
var valid11 = true;
const len1 = data25.length;
for(let i1=0; i1<len1; i1++){
const _errs60 = errors;
if(typeof data25[i1] !== "string"){
validate20.errors = [{instancePath:instancePath+"/rings/" + i1,schemaPath:"#/properties/rings/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs60 === errors;
if(!valid11){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/rings",schemaPath:"#/properties/rings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs58 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bindings !== undefined && func0.call(data, "bindings")){
let data27 = data.bindings;
const _errs62 = errors;
if(errors === _errs62){
if(Array.isArray(data27)){
var valid12 = true;
const len2 = data27.length;
for(let i2=0; i2<len2; i2++){
let data28 = data27[i2];
const _errs64 = errors;
const _errs65 = errors;
if(errors === _errs65){
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
let missing6;
if(((((((data28.source === undefined) || (!(func0.call(data28, "source")))) && (missing6 = "source")) || (((data28.destination === undefined) || (!(func0.call(data28, "destination")))) && (missing6 = "destination"))) || (((data28.destination_type === undefined) || (!(func0.call(data28, "destination_type")))) && (missing6 = "destination_type"))) || (((data28.routing_key === undefined) || (!(func0.call(data28, "routing_key")))) && (missing6 = "routing_key"))) || (((data28.arguments === undefined) || (!(func0.call(data28, "arguments")))) && (missing6 = "arguments"))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2,schemaPath:"#/$defs/binding/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs67 = errors;
for(const key4 of Object.keys(data28)){
if(!(((((key4 === "source") || (key4 === "destination")) || (key4 === "destination_type")) || (key4 === "routing_key")) || (key4 === "arguments"))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2,schemaPath:"#/$defs/binding/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs67 === errors){
if(data28.source !== undefined && func0.call(data28, "source")){
let data29 = data28.source;
const _errs68 = errors;
if(errors === _errs68){
if(typeof data29 === "string"){
if(func87(data29) < 1){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/source",schemaPath:"#/$defs/binding/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/source",schemaPath:"#/$defs/binding/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid14 = _errs68 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data28.destination !== undefined && func0.call(data28, "destination")){
let data30 = data28.destination;
const _errs70 = errors;
if(errors === _errs70){
if(typeof data30 === "string"){
if(func87(data30) < 1){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/destination",schemaPath:"#/$defs/binding/properties/destination/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/destination",schemaPath:"#/$defs/binding/properties/destination/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid14 = _errs70 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data28.destination_type !== undefined && func0.call(data28, "destination_type")){
let data31 = data28.destination_type;
const _errs72 = errors;
if(!((data31 === "exchange") || (data31 === "queue"))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/destination_type",schemaPath:"#/$defs/binding/properties/destination_type/enum",keyword:"enum",params:{allowedValues: schema34.properties.destination_type.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid14 = _errs72 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data28.routing_key !== undefined && func0.call(data28, "routing_key")){
const _errs73 = errors;
if(typeof data28.routing_key !== "string"){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/routing_key",schemaPath:"#/$defs/binding/properties/routing_key/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid14 = _errs73 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data28.arguments !== undefined && func0.call(data28, "arguments")){
let data33 = data28.arguments;
const _errs75 = errors;
if(!(data33 && typeof data33 == "object" && !Array.isArray(data33))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2+"/arguments",schemaPath:"#/$defs/binding/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
var valid14 = _errs75 === errors;
}
else {
var valid14 = true;
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings/" + i2,schemaPath:"#/$defs/binding/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid12 = _errs64 === errors;
if(!valid12){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs62 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

