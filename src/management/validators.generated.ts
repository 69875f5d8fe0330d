// Generated from schema/record.schema.json by npm run generate.
// @ts-nocheck
"use strict";
export const record = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"record.schema.json","type":"object","additionalProperties":false,"properties":{"topo_record":{"const":1},"id":{"type":"string","pattern":"^[0-9a-f]{7}-[0-9a-f]{8}$","examples":["8f1c2a9-04d1b7e2"]},"cluster_name":{"type":"string"},"vhost":{"type":"string"},"started":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"},"user":{"type":"string"},"host":{"type":"string"},"files":{"type":"array","items":{"type":"string"}},"replaced":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"before":{"$ref":"#/$defs/named"},"after":{"$ref":"#/$defs/named"}},"required":["before","after"]}},"rings":{"type":"array","items":{"type":"string"}},"bindings":{"type":"array","items":{"$ref":"#/$defs/binding"}}},"required":["topo_record","id","cluster_name","vhost","started","replaced","rings","bindings"],"$defs":{"named":{"type":"object","additionalProperties":false,"properties":{"object":{"enum":["exchange","queue"]},"name":{"type":"string","minLength":1},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"internal":{"type":"boolean"},"arguments":{"type":"object"}},"required":["object","name","durable","auto_delete","arguments"],"if":{"properties":{"object":{"const":"exchange"}}},"then":{"required":["type","internal"]}},"binding":{"type":"object","additionalProperties":false,"properties":{"source":{"type":"string","minLength":1},"destination":{"type":"string","minLength":1},"destination_type":{"enum":["exchange","queue"]},"routing_key":{"type":"string"},"arguments":{"type":"object"}},"required":["source","destination","destination_type","routing_key","arguments"]}}};
const schema32 = {"type":"object","additionalProperties":false,"properties":{"object":{"enum":["exchange","queue"]},"name":{"type":"string","minLength":1},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"internal":{"type":"boolean"},"arguments":{"type":"object"}},"required":["object","name","durable","auto_delete","arguments"],"if":{"properties":{"object":{"const":"exchange"}}},"then":{"required":["type","internal"]}};
const schema34 = {"type":"object","additionalProperties":false,"properties":{"source":{"type":"string","minLength":1},"destination":{"type":"string","minLength":1},"destination_type":{"enum":["exchange","queue"]},"routing_key":{"type":"string"},"arguments":{"type":"object"}},"required":["source","destination","destination_type","routing_key","arguments"]};
const func0 = Object.prototype.hasOwnProperty;
const func91 = function ucs2length(str) {
    const len = str.length;
    let length = 0;
    let pos = 0;
    let value;
    while (pos < len) {
        length++;
        value = str.charCodeAt(pos++);
        if (value >= 0xd800 && value <= 0xdbff && pos < len) {
            // high surrogate, and there is a next character
            value = str.charCodeAt(pos);
            if ((value & 0xfc00) === 0xdc00)
                pos++; // low surrogate
        }
    }
    return length;
};
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
if(!(func0.call(schema31.properties, key0))){
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
if(data.user !== undefined && func0.call(data, "user")){
const _errs11 = errors;
if(typeof data.user !== "string"){
validate20.errors = [{instancePath:instancePath+"/user",schemaPath:"#/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.host !== undefined && func0.call(data, "host")){
const _errs13 = errors;
if(typeof data.host !== "string"){
validate20.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.files !== undefined && func0.call(data, "files")){
let data7 = data.files;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data7)){
var valid1 = true;
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
const _errs17 = errors;
if(typeof data7[i0] !== "string"){
validate20.errors = [{instancePath:instancePath+"/files/" + i0,schemaPath:"#/properties/files/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs17 === errors;
if(!valid1){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/files",schemaPath:"#/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.replaced !== undefined && func0.call(data, "replaced")){
let data9 = data.replaced;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data9)){
var valid2 = true;
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
let data10 = data9[i1];
const _errs21 = errors;
if(errors === _errs21){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing1;
if((((data10.before === undefined) || (!(func0.call(data10, "before")))) && (missing1 = "before")) || (((data10.after === undefined) || (!(func0.call(data10, "after")))) && (missing1 = "after"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1,schemaPath:"#/properties/replaced/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs23 = errors;
for(const key1 of Object.keys(data10)){
if(!((key1 === "before") || (key1 === "after"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1,schemaPath:"#/properties/replaced/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs23 === errors){
if(data10.before !== undefined && func0.call(data10, "before")){
let data11 = data10.before;
const _errs24 = errors;
const _errs25 = errors;
const _errs27 = errors;
let valid5 = true;
const _errs28 = errors;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.object !== undefined && func0.call(data11, "object")){
if("exchange" !== data11.object){
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
var _valid0 = _errs28 === errors;
errors = _errs27;
if(vErrors !== null){
if(_errs27){
vErrors.length = _errs27;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs30 = errors;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
let missing2;
if((((data11.type === undefined) || (!(func0.call(data11, "type")))) && (missing2 = "type")) || (((data11.internal === undefined) || (!(func0.call(data11, "internal")))) && (missing2 = "internal"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before",schemaPath:"#/$defs/named/then/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
}
var _valid0 = _errs30 === errors;
valid5 = _valid0;
}
if(!valid5){
const err1 = {instancePath:instancePath+"/replaced/" + i1+"/before",schemaPath:"#/$defs/named/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
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
if(errors === _errs25){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
let missing3;
if(((((((data11.object === undefined) || (!(func0.call(data11, "object")))) && (missing3 = "object")) || (((data11.name === undefined) || (!(func0.call(data11, "name")))) && (missing3 = "name"))) || (((data11.durable === undefined) || (!(func0.call(data11, "durable")))) && (missing3 = "durable"))) || (((data11.auto_delete === undefined) || (!(func0.call(data11, "auto_delete")))) && (missing3 = "auto_delete"))) || (((data11.arguments === undefined) || (!(func0.call(data11, "arguments")))) && (missing3 = "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before",schemaPath:"#/$defs/named/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs31 = errors;
for(const key2 of Object.keys(data11)){
if(!(((((((key2 === "object") || (key2 === "name")) || (key2 === "type")) || (key2 === "durable")) || (key2 === "auto_delete")) || (key2 === "internal")) || (key2 === "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before",schemaPath:"#/$defs/named/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs31 === errors){
if(data11.object !== undefined && func0.call(data11, "object")){
let data13 = data11.object;
const _errs32 = errors;
if(!((data13 === "exchange") || (data13 === "queue"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/object",schemaPath:"#/$defs/named/properties/object/enum",keyword:"enum",params:{allowedValues: schema32.properties.object.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid7 = _errs32 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.name !== undefined && func0.call(data11, "name")){
let data14 = data11.name;
const _errs33 = errors;
if(errors === _errs33){
if(typeof data14 === "string"){
if(func91(data14) < 1){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/name",schemaPath:"#/$defs/named/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/name",schemaPath:"#/$defs/named/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid7 = _errs33 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.type !== undefined && func0.call(data11, "type")){
const _errs35 = errors;
if(typeof data11.type !== "string"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/type",schemaPath:"#/$defs/named/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid7 = _errs35 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.durable !== undefined && func0.call(data11, "durable")){
const _errs37 = errors;
if(typeof data11.durable !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/durable",schemaPath:"#/$defs/named/properties/durable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid7 = _errs37 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.auto_delete !== undefined && func0.call(data11, "auto_delete")){
const _errs39 = errors;
if(typeof data11.auto_delete !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/auto_delete",schemaPath:"#/$defs/named/properties/auto_delete/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid7 = _errs39 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.internal !== undefined && func0.call(data11, "internal")){
const _errs41 = errors;
if(typeof data11.internal !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/internal",schemaPath:"#/$defs/named/properties/internal/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid7 = _errs41 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data11.arguments !== undefined && func0.call(data11, "arguments")){
let data19 = data11.arguments;
const _errs43 = errors;
if(!(data19 && typeof data19 == "object" && !Array.isArray(data19))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before/arguments",schemaPath:"#/$defs/named/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
var valid7 = _errs43 === errors;
}
else {
var valid7 = true;
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
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/before",schemaPath:"#/$defs/named/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid3 = _errs24 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data10.after !== undefined && func0.call(data10, "after")){
let data20 = data10.after;
const _errs45 = errors;
const _errs46 = errors;
const _errs48 = errors;
let valid9 = true;
const _errs49 = errors;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.object !== undefined && func0.call(data20, "object")){
if("exchange" !== data20.object){
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
var _valid1 = _errs49 === errors;
errors = _errs48;
if(vErrors !== null){
if(_errs48){
vErrors.length = _errs48;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs51 = errors;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
let missing4;
if((((data20.type === undefined) || (!(func0.call(data20, "type")))) && (missing4 = "type")) || (((data20.internal === undefined) || (!(func0.call(data20, "internal")))) && (missing4 = "internal"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after",schemaPath:"#/$defs/named/then/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
}
var _valid1 = _errs51 === errors;
valid9 = _valid1;
}
if(!valid9){
const err3 = {instancePath:instancePath+"/replaced/" + i1+"/after",schemaPath:"#/$defs/named/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
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
if(errors === _errs46){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
let missing5;
if(((((((data20.object === undefined) || (!(func0.call(data20, "object")))) && (missing5 = "object")) || (((data20.name === undefined) || (!(func0.call(data20, "name")))) && (missing5 = "name"))) || (((data20.durable === undefined) || (!(func0.call(data20, "durable")))) && (missing5 = "durable"))) || (((data20.auto_delete === undefined) || (!(func0.call(data20, "auto_delete")))) && (missing5 = "auto_delete"))) || (((data20.arguments === undefined) || (!(func0.call(data20, "arguments")))) && (missing5 = "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after",schemaPath:"#/$defs/named/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs52 = errors;
for(const key3 of Object.keys(data20)){
if(!(((((((key3 === "object") || (key3 === "name")) || (key3 === "type")) || (key3 === "durable")) || (key3 === "auto_delete")) || (key3 === "internal")) || (key3 === "arguments"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after",schemaPath:"#/$defs/named/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs52 === errors){
if(data20.object !== undefined && func0.call(data20, "object")){
let data22 = data20.object;
const _errs53 = errors;
if(!((data22 === "exchange") || (data22 === "queue"))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/object",schemaPath:"#/$defs/named/properties/object/enum",keyword:"enum",params:{allowedValues: schema32.properties.object.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid11 = _errs53 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data20.name !== undefined && func0.call(data20, "name")){
let data23 = data20.name;
const _errs54 = errors;
if(errors === _errs54){
if(typeof data23 === "string"){
if(func91(data23) < 1){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/name",schemaPath:"#/$defs/named/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/name",schemaPath:"#/$defs/named/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid11 = _errs54 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data20.type !== undefined && func0.call(data20, "type")){
const _errs56 = errors;
if(typeof data20.type !== "string"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/type",schemaPath:"#/$defs/named/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs56 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data20.durable !== undefined && func0.call(data20, "durable")){
const _errs58 = errors;
if(typeof data20.durable !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/durable",schemaPath:"#/$defs/named/properties/durable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid11 = _errs58 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data20.auto_delete !== undefined && func0.call(data20, "auto_delete")){
const _errs60 = errors;
if(typeof data20.auto_delete !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/auto_delete",schemaPath:"#/$defs/named/properties/auto_delete/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid11 = _errs60 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data20.internal !== undefined && func0.call(data20, "internal")){
const _errs62 = errors;
if(typeof data20.internal !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/internal",schemaPath:"#/$defs/named/properties/internal/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid11 = _errs62 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data20.arguments !== undefined && func0.call(data20, "arguments")){
let data28 = data20.arguments;
const _errs64 = errors;
if(!(data28 && typeof data28 == "object" && !Array.isArray(data28))){
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after/arguments",schemaPath:"#/$defs/named/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
var valid11 = _errs64 === errors;
}
else {
var valid11 = true;
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
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1+"/after",schemaPath:"#/$defs/named/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid3 = _errs45 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced/" + i1,schemaPath:"#/properties/replaced/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs21 === errors;
if(!valid2){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/replaced",schemaPath:"#/properties/replaced/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rings !== undefined && func0.call(data, "rings")){
let data29 = data.rings;
const _errs66 = errors;
if(errors === _errs66){
if(Array.isArray(data29)){
var valid12 = true;
const len2 = data29.length;
for(let i2=0; i2<len2; i2++){
const _errs68 = errors;
if(typeof data29[i2] !== "string"){
validate20.errors = [{instancePath:instancePath+"/rings/" + i2,schemaPath:"#/properties/rings/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid12 = _errs68 === errors;
if(!valid12){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/rings",schemaPath:"#/properties/rings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs66 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bindings !== undefined && func0.call(data, "bindings")){
let data31 = data.bindings;
const _errs70 = errors;
if(errors === _errs70){
if(Array.isArray(data31)){
var valid13 = true;
const len3 = data31.length;
for(let i3=0; i3<len3; i3++){
let data32 = data31[i3];
const _errs72 = errors;
const _errs73 = errors;
if(errors === _errs73){
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
let missing6;
if(((((((data32.source === undefined) || (!(func0.call(data32, "source")))) && (missing6 = "source")) || (((data32.destination === undefined) || (!(func0.call(data32, "destination")))) && (missing6 = "destination"))) || (((data32.destination_type === undefined) || (!(func0.call(data32, "destination_type")))) && (missing6 = "destination_type"))) || (((data32.routing_key === undefined) || (!(func0.call(data32, "routing_key")))) && (missing6 = "routing_key"))) || (((data32.arguments === undefined) || (!(func0.call(data32, "arguments")))) && (missing6 = "arguments"))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/$defs/binding/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs75 = errors;
for(const key4 of Object.keys(data32)){
if(!(((((key4 === "source") || (key4 === "destination")) || (key4 === "destination_type")) || (key4 === "routing_key")) || (key4 === "arguments"))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/$defs/binding/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs75 === errors){
if(data32.source !== undefined && func0.call(data32, "source")){
let data33 = data32.source;
const _errs76 = errors;
if(errors === _errs76){
if(typeof data33 === "string"){
if(func91(data33) < 1){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/source",schemaPath:"#/$defs/binding/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/source",schemaPath:"#/$defs/binding/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid15 = _errs76 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data32.destination !== undefined && func0.call(data32, "destination")){
let data34 = data32.destination;
const _errs78 = errors;
if(errors === _errs78){
if(typeof data34 === "string"){
if(func91(data34) < 1){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/destination",schemaPath:"#/$defs/binding/properties/destination/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/destination",schemaPath:"#/$defs/binding/properties/destination/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid15 = _errs78 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data32.destination_type !== undefined && func0.call(data32, "destination_type")){
let data35 = data32.destination_type;
const _errs80 = errors;
if(!((data35 === "exchange") || (data35 === "queue"))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/destination_type",schemaPath:"#/$defs/binding/properties/destination_type/enum",keyword:"enum",params:{allowedValues: schema34.properties.destination_type.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid15 = _errs80 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data32.routing_key !== undefined && func0.call(data32, "routing_key")){
const _errs81 = errors;
if(typeof data32.routing_key !== "string"){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/routing_key",schemaPath:"#/$defs/binding/properties/routing_key/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid15 = _errs81 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data32.arguments !== undefined && func0.call(data32, "arguments")){
let data37 = data32.arguments;
const _errs83 = errors;
if(!(data37 && typeof data37 == "object" && !Array.isArray(data37))){
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3+"/arguments",schemaPath:"#/$defs/binding/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
var valid15 = _errs83 === errors;
}
else {
var valid15 = true;
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings/" + i3,schemaPath:"#/$defs/binding/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid13 = _errs72 === errors;
if(!valid13){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs70 === errors;
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

