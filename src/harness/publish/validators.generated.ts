// Generated from schema/sweep.schema.json by npm run generate.
// @ts-nocheck
"use strict";
export const sweep = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"sweep.schema.json","type":"object","additionalProperties":false,"required":["name"],"properties":{"version":{"const":1,"default":1,"examples":[1]},"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$","examples":["learning-rates"]},"task":{"type":"object","default":{},"examples":[{"shard":{"uri":"data/train.npz"},"hyperparameters":{"epochs":3}}]},"grid":{"type":"object","additionalProperties":{"type":"array","minItems":1},"default":{},"examples":[{"batch_size":[16,32],"optimizer":["sgd","adam"]}]},"random":{"type":"object","additionalProperties":{"$ref":"#/$defs/range"},"default":{},"examples":[{"learning_rate":{"min":0.0001,"max":0.1,"scale":"log"}}]},"samples":{"type":"integer","minimum":1,"maximum":1000000,"examples":[20]},"seeds":{"type":"array","minItems":1,"items":{"type":"integer","minimum":0,"maximum":9007199254740991},"default":[0],"examples":[[1,2,3]]}},"$defs":{"range":{"anyOf":[{"type":"array","minItems":1},{"type":"object","additionalProperties":false,"required":["min","max"],"properties":{"min":{"type":"number"},"max":{"type":"number"},"scale":{"enum":["linear","log"]},"integer":{"type":"boolean"}}}]}}};
const schema32 = {"anyOf":[{"type":"array","minItems":1},{"type":"object","additionalProperties":false,"required":["min","max"],"properties":{"min":{"type":"number"},"max":{"type":"number"},"scale":{"enum":["linear","log"]},"integer":{"type":"boolean"}}}]};
const func0 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="sweep.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
data.version = 1;
}
if(data.task === undefined){
data.task = {};
}
if(data.grid === undefined){
data.grid = {};
}
if(data.random === undefined){
data.random = {};
}
if(data.seeds === undefined){
data.seeds = [0];
}
if((data.name === undefined) || (!(func0.call(data, "name")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(((((((key0 === "version") || (key0 === "name")) || (key0 === "task")) || (key0 === "grid")) || (key0 === "random")) || (key0 === "samples")) || (key0 === "seeds"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
let data0 = data.version;
if(1 !== data0){
const err2 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema31.properties.version,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.name !== undefined && func0.call(data, "name")){
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",parentSchema:schema31.properties.name,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.name.type,parentSchema:schema31.properties.name,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
let data2 = data.task;
if(!(data2 && typeof data2 == "object" && !Array.isArray(data2))){
const err5 = {instancePath:instancePath+"/task",schemaPath:"#/properties/task/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.task.type,parentSchema:schema31.properties.task,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
let data3 = data.grid;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key1 of Object.keys(data3)){
let data4 = data3[key1];
if(Array.isArray(data4)){
if(data4.length < 1){
const err6 = {instancePath:instancePath+"/grid/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/grid/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.grid.additionalProperties,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/grid/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/grid/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.grid.additionalProperties.type,parentSchema:schema31.properties.grid.additionalProperties,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/grid",schemaPath:"#/properties/grid/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.grid.type,parentSchema:schema31.properties.grid,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
let data5 = data.random;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key2 of Object.keys(data5)){
let data6 = data5[key2];
const _errs17 = errors;
let valid4 = false;
const _errs18 = errors;
if(Array.isArray(data6)){
if(data6.length < 1){
const err9 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf/0/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema32.anyOf[0],data:data6};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema32.anyOf[0].type,parentSchema:schema32.anyOf[0],data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
var _valid0 = _errs18 === errors;
valid4 = valid4 || _valid0;
const _errs20 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if((data6.min === undefined) || (!(func0.call(data6, "min")))){
const err11 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf/1/required",keyword:"required",params:{missingProperty: "min"},message:"must have required property '"+"min"+"'",schema:schema32.anyOf[1].required,parentSchema:schema32.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((data6.max === undefined) || (!(func0.call(data6, "max")))){
const err12 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf/1/required",keyword:"required",params:{missingProperty: "max"},message:"must have required property '"+"max"+"'",schema:schema32.anyOf[1].required,parentSchema:schema32.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key3 of Object.keys(data6)){
if(!((((key3 === "min") || (key3 === "max")) || (key3 === "scale")) || (key3 === "integer"))){
const err13 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema32.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data6.min !== undefined && func0.call(data6, "min")){
let data7 = data6.min;
if(!((typeof data7 == "number") && (isFinite(data7)))){
const err14 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/min",schemaPath:"#/$defs/range/anyOf/1/properties/min/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema32.anyOf[1].properties.min.type,parentSchema:schema32.anyOf[1].properties.min,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data6.max !== undefined && func0.call(data6, "max")){
let data8 = data6.max;
if(!((typeof data8 == "number") && (isFinite(data8)))){
const err15 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/max",schemaPath:"#/$defs/range/anyOf/1/properties/max/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema32.anyOf[1].properties.max.type,parentSchema:schema32.anyOf[1].properties.max,data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data6.scale !== undefined && func0.call(data6, "scale")){
let data9 = data6.scale;
if(!((data9 === "linear") || (data9 === "log"))){
const err16 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/scale",schemaPath:"#/$defs/range/anyOf/1/properties/scale/enum",keyword:"enum",params:{allowedValues: schema32.anyOf[1].properties.scale.enum},message:"must be equal to one of the allowed values",schema:schema32.anyOf[1].properties.scale.enum,parentSchema:schema32.anyOf[1].properties.scale,data:data9};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data6.integer !== undefined && func0.call(data6, "integer")){
let data10 = data6.integer;
if(typeof data10 !== "boolean"){
const err17 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/integer",schemaPath:"#/$defs/range/anyOf/1/properties/integer/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema32.anyOf[1].properties.integer.type,parentSchema:schema32.anyOf[1].properties.integer,data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.anyOf[1].type,parentSchema:schema32.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid0 = _errs20 === errors;
valid4 = valid4 || _valid0;
if(!valid4){
const err19 = {instancePath:instancePath+"/random/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/range/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema32.anyOf,parentSchema:schema32,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
errors = _errs17;
if(vErrors !== null){
if(_errs17){
vErrors.length = _errs17;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err20 = {instancePath:instancePath+"/random",schemaPath:"#/properties/random/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.random.type,parentSchema:schema31.properties.random,data:data5};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data.samples !== undefined && func0.call(data, "samples")){
let data11 = data.samples;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err21 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.samples.type,parentSchema:schema31.properties.samples,data:data11};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
const err22 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema31.properties.samples,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data11 < 1 || isNaN(data11)){
const err23 = {instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.samples,data:data11};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
let data12 = data.seeds;
if(Array.isArray(data12)){
if(data12.length < 1){
const err24 = {instancePath:instancePath+"/seeds",schemaPath:"#/properties/seeds/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.seeds,data:data12};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
const len0 = data12.length;
for(let i0=0; i0<len0; i0++){
let data13 = data12[i0];
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
const err25 = {instancePath:instancePath+"/seeds/" + i0,schemaPath:"#/properties/seeds/items/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.seeds.items.type,parentSchema:schema31.properties.seeds.items,data:data13};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 9007199254740991 || isNaN(data13)){
const err26 = {instancePath:instancePath+"/seeds/" + i0,schemaPath:"#/properties/seeds/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema31.properties.seeds.items,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err27 = {instancePath:instancePath+"/seeds/" + i0,schemaPath:"#/properties/seeds/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema31.properties.seeds.items,data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
}
else {
const err28 = {instancePath:instancePath+"/seeds",schemaPath:"#/properties/seeds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.seeds.type,parentSchema:schema31.properties.seeds,data:data12};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

