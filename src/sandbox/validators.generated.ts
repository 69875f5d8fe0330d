// Generated from schema/sandbox.schema.json by npm run generate.
// @ts-nocheck
"use strict";
export const remembered = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"sandbox.schema.json","type":"object","additionalProperties":false,"required":["ports","runner","desired"],"properties":{"nodeName":{"type":"string"},"ports":{"type":"object","additionalProperties":false,"required":["amqp","management","dist","epmd"],"properties":{"amqp":{"$ref":"#/$defs/port"},"management":{"$ref":"#/$defs/port"},"dist":{"$ref":"#/$defs/port"},"epmd":{"$ref":"#/$defs/port"}}},"runner":{"anyOf":[{"$ref":"#/$defs/local"},{"$ref":"#/$defs/docker"}]},"desired":{"enum":["running","stopped"]}},"$defs":{"port":{"type":"integer","minimum":0,"maximum":65535},"local":{"type":"object","additionalProperties":false,"required":["kind","node","epmd"],"properties":{"kind":{"const":"local"},"node":{"$ref":"#/$defs/process"},"epmd":{"$ref":"#/$defs/process"}}},"docker":{"type":"object","additionalProperties":false,"required":["kind","container"],"properties":{"kind":{"const":"docker"},"container":{"type":"string"}}},"process":{"type":"object","additionalProperties":false,"required":["pid","since"],"properties":{"pid":{"type":"integer","minimum":0,"maximum":2147483647},"since":{"type":"string"}},"if":{"properties":{"pid":{"maximum":1}}},"then":{"properties":{"since":{"const":""}}}}}};
const schema32 = {"type":"integer","minimum":0,"maximum":65535};
const schema39 = {"type":"object","additionalProperties":false,"required":["kind","container"],"properties":{"kind":{"const":"docker"},"container":{"type":"string"}}};
const func0 = Object.prototype.hasOwnProperty;
const schema36 = {"type":"object","additionalProperties":false,"required":["kind","node","epmd"],"properties":{"kind":{"const":"local"},"node":{"$ref":"#/$defs/process"},"epmd":{"$ref":"#/$defs/process"}}};
const schema37 = {"type":"object","additionalProperties":false,"required":["pid","since"],"properties":{"pid":{"type":"integer","minimum":0,"maximum":2147483647},"since":{"type":"string"}},"if":{"properties":{"pid":{"maximum":1}}},"then":{"properties":{"since":{"const":""}}}};

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.kind === undefined) || (!(func0.call(data, "kind")))) && (missing0 = "kind")) || (((data.node === undefined) || (!(func0.call(data, "node")))) && (missing0 = "node"))) || (((data.epmd === undefined) || (!(func0.call(data, "epmd")))) && (missing0 = "epmd"))){
validate21.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!(((key0 === "kind") || (key0 === "node")) || (key0 === "epmd"))){
validate21.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.kind !== undefined && func0.call(data, "kind")){
const _errs2 = errors;
if("local" !== data.kind){
validate21.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "local"},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.node !== undefined && func0.call(data, "node")){
let data1 = data.node;
const _errs3 = errors;
const _errs4 = errors;
const _errs6 = errors;
let valid2 = true;
const _errs7 = errors;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.pid !== undefined && func0.call(data1, "pid")){
let data2 = data1.pid;
if(typeof data2 == "number"){
if(data2 > 1 || isNaN(data2)){
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
}
var _valid0 = _errs7 === errors;
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs9 = errors;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.since !== undefined && func0.call(data1, "since")){
if("" !== data1.since){
validate21.errors = [{instancePath:instancePath+"/node/since",schemaPath:"#/$defs/process/then/properties/since/const",keyword:"const",params:{allowedValue: ""},message:"must be equal to constant"}];
return false;
}
}
}
var _valid0 = _errs9 === errors;
valid2 = _valid0;
if(valid2){
var props0 = {};
props0.since = true;
props0.pid = true;
}
}
if(!valid2){
const err1 = {instancePath:instancePath+"/node",schemaPath:"#/$defs/process/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate21.errors = vErrors;
return false;
}
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((((data1.pid === undefined) || (!(func0.call(data1, "pid")))) && (missing1 = "pid")) || (((data1.since === undefined) || (!(func0.call(data1, "since")))) && (missing1 = "since"))){
validate21.errors = [{instancePath:instancePath+"/node",schemaPath:"#/$defs/process/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs11 = errors;
for(const key1 of Object.keys(data1)){
if(!((key1 === "pid") || (key1 === "since"))){
validate21.errors = [{instancePath:instancePath+"/node",schemaPath:"#/$defs/process/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs11 === errors){
if(data1.pid !== undefined && func0.call(data1, "pid")){
let data4 = data1.pid;
const _errs12 = errors;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
validate21.errors = [{instancePath:instancePath+"/node/pid",schemaPath:"#/$defs/process/properties/pid/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs12){
if(typeof data4 == "number"){
if(data4 > 2147483647 || isNaN(data4)){
validate21.errors = [{instancePath:instancePath+"/node/pid",schemaPath:"#/$defs/process/properties/pid/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate21.errors = [{instancePath:instancePath+"/node/pid",schemaPath:"#/$defs/process/properties/pid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid5 = _errs12 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data1.since !== undefined && func0.call(data1, "since")){
const _errs14 = errors;
if(typeof data1.since !== "string"){
validate21.errors = [{instancePath:instancePath+"/node/since",schemaPath:"#/$defs/process/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs14 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/node",schemaPath:"#/$defs/process/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epmd !== undefined && func0.call(data, "epmd")){
let data6 = data.epmd;
const _errs16 = errors;
const _errs17 = errors;
const _errs19 = errors;
let valid7 = true;
const _errs20 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.pid !== undefined && func0.call(data6, "pid")){
let data7 = data6.pid;
if(typeof data7 == "number"){
if(data7 > 1 || isNaN(data7)){
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
}
var _valid1 = _errs20 === errors;
errors = _errs19;
if(vErrors !== null){
if(_errs19){
vErrors.length = _errs19;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs22 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.since !== undefined && func0.call(data6, "since")){
if("" !== data6.since){
validate21.errors = [{instancePath:instancePath+"/epmd/since",schemaPath:"#/$defs/process/then/properties/since/const",keyword:"const",params:{allowedValue: ""},message:"must be equal to constant"}];
return false;
}
}
}
var _valid1 = _errs22 === errors;
valid7 = _valid1;
if(valid7){
var props1 = {};
props1.since = true;
props1.pid = true;
}
}
if(!valid7){
const err3 = {instancePath:instancePath+"/epmd",schemaPath:"#/$defs/process/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate21.errors = vErrors;
return false;
}
if(errors === _errs17){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((((data6.pid === undefined) || (!(func0.call(data6, "pid")))) && (missing2 = "pid")) || (((data6.since === undefined) || (!(func0.call(data6, "since")))) && (missing2 = "since"))){
validate21.errors = [{instancePath:instancePath+"/epmd",schemaPath:"#/$defs/process/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs24 = errors;
for(const key2 of Object.keys(data6)){
if(!((key2 === "pid") || (key2 === "since"))){
validate21.errors = [{instancePath:instancePath+"/epmd",schemaPath:"#/$defs/process/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs24 === errors){
if(data6.pid !== undefined && func0.call(data6, "pid")){
let data9 = data6.pid;
const _errs25 = errors;
if(!((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9)))){
validate21.errors = [{instancePath:instancePath+"/epmd/pid",schemaPath:"#/$defs/process/properties/pid/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs25){
if(typeof data9 == "number"){
if(data9 > 2147483647 || isNaN(data9)){
validate21.errors = [{instancePath:instancePath+"/epmd/pid",schemaPath:"#/$defs/process/properties/pid/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data9 < 0 || isNaN(data9)){
validate21.errors = [{instancePath:instancePath+"/epmd/pid",schemaPath:"#/$defs/process/properties/pid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid10 = _errs25 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data6.since !== undefined && func0.call(data6, "since")){
const _errs27 = errors;
if(typeof data6.since !== "string"){
validate21.errors = [{instancePath:instancePath+"/epmd/since",schemaPath:"#/$defs/process/properties/since/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid10 = _errs27 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/epmd",schemaPath:"#/$defs/process/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="sandbox.schema.json" */;
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
if(((((data.ports === undefined) || (!(func0.call(data, "ports")))) && (missing0 = "ports")) || (((data.runner === undefined) || (!(func0.call(data, "runner")))) && (missing0 = "runner"))) || (((data.desired === undefined) || (!(func0.call(data, "desired")))) && (missing0 = "desired"))){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 of Object.keys(data)){
if(!((((key0 === "nodeName") || (key0 === "ports")) || (key0 === "runner")) || (key0 === "desired"))){
validate20.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.nodeName !== undefined && func0.call(data, "nodeName")){
const _errs2 = errors;
if(typeof data.nodeName !== "string"){
validate20.errors = [{instancePath:instancePath+"/nodeName",schemaPath:"#/properties/nodeName/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ports !== undefined && func0.call(data, "ports")){
let data1 = data.ports;
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((((((data1.amqp === undefined) || (!(func0.call(data1, "amqp")))) && (missing1 = "amqp")) || (((data1.management === undefined) || (!(func0.call(data1, "management")))) && (missing1 = "management"))) || (((data1.dist === undefined) || (!(func0.call(data1, "dist")))) && (missing1 = "dist"))) || (((data1.epmd === undefined) || (!(func0.call(data1, "epmd")))) && (missing1 = "epmd"))){
validate20.errors = [{instancePath:instancePath+"/ports",schemaPath:"#/properties/ports/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs6 = errors;
for(const key1 of Object.keys(data1)){
if(!((((key1 === "amqp") || (key1 === "management")) || (key1 === "dist")) || (key1 === "epmd"))){
validate20.errors = [{instancePath:instancePath+"/ports",schemaPath:"#/properties/ports/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs6 === errors){
if(data1.amqp !== undefined && func0.call(data1, "amqp")){
let data2 = data1.amqp;
const _errs7 = errors;
const _errs8 = errors;
if(!((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2)))){
validate20.errors = [{instancePath:instancePath+"/ports/amqp",schemaPath:"#/$defs/port/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs8){
if(typeof data2 == "number"){
if(data2 > 65535 || isNaN(data2)){
validate20.errors = [{instancePath:instancePath+"/ports/amqp",schemaPath:"#/$defs/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate20.errors = [{instancePath:instancePath+"/ports/amqp",schemaPath:"#/$defs/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid1 = _errs7 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.management !== undefined && func0.call(data1, "management")){
let data3 = data1.management;
const _errs10 = errors;
const _errs11 = errors;
if(!((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3)))){
validate20.errors = [{instancePath:instancePath+"/ports/management",schemaPath:"#/$defs/port/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs11){
if(typeof data3 == "number"){
if(data3 > 65535 || isNaN(data3)){
validate20.errors = [{instancePath:instancePath+"/ports/management",schemaPath:"#/$defs/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate20.errors = [{instancePath:instancePath+"/ports/management",schemaPath:"#/$defs/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.dist !== undefined && func0.call(data1, "dist")){
let data4 = data1.dist;
const _errs13 = errors;
const _errs14 = errors;
if(!((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4)))){
validate20.errors = [{instancePath:instancePath+"/ports/dist",schemaPath:"#/$defs/port/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs14){
if(typeof data4 == "number"){
if(data4 > 65535 || isNaN(data4)){
validate20.errors = [{instancePath:instancePath+"/ports/dist",schemaPath:"#/$defs/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate20.errors = [{instancePath:instancePath+"/ports/dist",schemaPath:"#/$defs/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data1.epmd !== undefined && func0.call(data1, "epmd")){
let data5 = data1.epmd;
const _errs16 = errors;
const _errs17 = errors;
if(!((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5)))){
validate20.errors = [{instancePath:instancePath+"/ports/epmd",schemaPath:"#/$defs/port/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs17){
if(typeof data5 == "number"){
if(data5 > 65535 || isNaN(data5)){
validate20.errors = [{instancePath:instancePath+"/ports/epmd",schemaPath:"#/$defs/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate20.errors = [{instancePath:instancePath+"/ports/epmd",schemaPath:"#/$defs/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid1 = _errs16 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/ports",schemaPath:"#/properties/ports/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.runner !== undefined && func0.call(data, "runner")){
let data6 = data.runner;
const _errs19 = errors;
const _errs20 = errors;
let valid6 = false;
const _errs21 = errors;
if(!(validate21(data6, {instancePath:instancePath+"/runner",parentData:data,parentDataProperty:"runner",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var _valid0 = _errs21 === errors;
valid6 = valid6 || _valid0;
if(_valid0){
var props0 = true;
}
const _errs22 = errors;
const _errs23 = errors;
if(errors === _errs23){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((((data6.kind === undefined) || (!(func0.call(data6, "kind")))) && (missing2 = "kind")) || (((data6.container === undefined) || (!(func0.call(data6, "container")))) && (missing2 = "container"))){
const err0 = {instancePath:instancePath+"/runner",schemaPath:"#/$defs/docker/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
const _errs25 = errors;
for(const key2 of Object.keys(data6)){
if(!((key2 === "kind") || (key2 === "container"))){
const err1 = {instancePath:instancePath+"/runner",schemaPath:"#/$defs/docker/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
break;
}
}
if(_errs25 === errors){
if(data6.kind !== undefined && func0.call(data6, "kind")){
const _errs26 = errors;
if("docker" !== data6.kind){
const err2 = {instancePath:instancePath+"/runner/kind",schemaPath:"#/$defs/docker/properties/kind/const",keyword:"const",params:{allowedValue: "docker"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var valid8 = _errs26 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data6.container !== undefined && func0.call(data6, "container")){
const _errs27 = errors;
if(typeof data6.container !== "string"){
const err3 = {instancePath:instancePath+"/runner/container",schemaPath:"#/$defs/docker/properties/container/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var valid8 = _errs27 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
else {
const err4 = {instancePath:instancePath+"/runner",schemaPath:"#/$defs/docker/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid0 = _errs22 === errors;
valid6 = valid6 || _valid0;
if(_valid0){
if(props0 !== true){
props0 = true;
}
}
if(!valid6){
const err5 = {instancePath:instancePath+"/runner",schemaPath:"#/properties/runner/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate20.errors = vErrors;
return false;
}
else {
errors = _errs20;
if(vErrors !== null){
if(_errs20){
vErrors.length = _errs20;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.desired !== undefined && func0.call(data, "desired")){
let data9 = data.desired;
const _errs29 = errors;
if(!((data9 === "running") || (data9 === "stopped"))){
validate20.errors = [{instancePath:instancePath+"/desired",schemaPath:"#/properties/desired/enum",keyword:"enum",params:{allowedValues: schema31.properties.desired.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs29 === errors;
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
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

