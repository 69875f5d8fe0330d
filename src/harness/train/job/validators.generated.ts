// Generated from schema/job.schema.json by npm run generate.
// @ts-nocheck
"use strict";
export const job = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"job.schema.json","type":"object","additionalProperties":false,"required":["name","shards","rounds","local_steps"],"properties":{"version":{"const":1,"default":1,"examples":[1]},"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$","examples":["digits"]},"shards":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/shard"},"examples":[["shards/*.npz"],[{"uri":"https://data.example.com/000.npz"},"shards/001.npz"]]},"allow_hosts":{"type":"array","items":{"type":"string"},"default":[],"examples":[["data.example.com","10.0.0.0/8"]]},"model":{"type":"object","additionalProperties":false,"default":{},"examples":[{"parameters":"initial.safetensors","hyperparameters":{"hidden":64}}],"properties":{"parameters":{"type":"string","pattern":"^.+$","examples":["initial.safetensors"]},"hyperparameters":{"type":"object","default":{},"examples":[{"learning_rate":0.1,"batch_size":32}]}}},"rounds":{"type":"integer","minimum":1,"maximum":1000000,"examples":[20]},"local_steps":{"type":"integer","minimum":1,"maximum":9007199254740991,"examples":[100]},"outer_optimizer":{"type":"object","additionalProperties":false,"required":["kind"],"default":{"kind":"average"},"examples":[{"kind":"nesterov","learning_rate":0.7,"momentum":0.9}],"properties":{"kind":{"enum":["average","nesterov"],"default":"average","examples":["nesterov"]},"learning_rate":{"type":"number","exclusiveMinimum":0,"maximum":100,"default":0.7,"examples":[0.7]},"momentum":{"type":"number","minimum":0,"exclusiveMaximum":1,"default":0.9,"examples":[0.9]}}},"seed":{"type":"integer","minimum":0,"maximum":9007199254740991,"default":0,"examples":[42]},"completion":{"type":"object","additionalProperties":false,"default":{"shards":"all"},"examples":[{"shards":0.9}],"properties":{"shards":{"anyOf":[{"const":"all"},{"type":"number","exclusiveMinimum":0,"maximum":1}],"default":"all","examples":["all",0.9]}}},"weight":{"enum":["samples","equal"],"default":"samples","examples":["equal"]},"target":{"examples":[{"metric":"accuracy","at_least":0.95}],"oneOf":[{"type":"object","additionalProperties":false,"required":["metric","at_most"],"properties":{"metric":{"$ref":"#/$defs/metric"},"at_most":{"type":"number","examples":[0.1]}}},{"type":"object","additionalProperties":false,"required":["metric","at_least"],"properties":{"metric":{"$ref":"#/$defs/metric"},"at_least":{"type":"number","examples":[0.95]}}}]},"straggler_factor":{"type":"number","exclusiveMinimum":1,"default":1.5,"examples":[2]},"heartbeat":{"type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$","default":"1s","examples":["1s","500ms"]},"max_failures":{"type":"integer","minimum":1,"maximum":9007199254740991,"default":3,"examples":[3]},"evaluation":{"type":"object","additionalProperties":false,"required":["shard"],"examples":[{"shard":"test.npz","every":5}],"properties":{"shard":{"$ref":"#/$defs/shard"},"every":{"type":"integer","minimum":1,"maximum":9007199254740991,"default":1,"examples":[5]}}},"store":{"type":"object","additionalProperties":false,"required":["kind"],"default":{"kind":"shared"},"examples":[{"kind":"inline"}],"properties":{"kind":{"enum":["shared","inline"],"default":"shared","examples":["inline"]}}},"checkpoints":{"type":"object","additionalProperties":false,"default":{"keep":3},"examples":[{"keep":10}],"properties":{"keep":{"type":"integer","minimum":1,"maximum":9007199254740991,"default":3,"examples":[3]}}}},"$defs":{"shard":{"anyOf":[{"type":"string","pattern":"^.+$","examples":["shards/*.npz"]},{"type":"object","additionalProperties":false,"required":["uri"],"properties":{"uri":{"type":"string","pattern":"^.+$","examples":["https://data.example.com/000.npz"]},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$","examples":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}}}],"examples":["shards/*.npz"]},"metric":{"type":"string","pattern":"^.+$","examples":["accuracy"]}}};
const schema32 = {"anyOf":[{"type":"string","pattern":"^.+$","examples":["shards/*.npz"]},{"type":"object","additionalProperties":false,"required":["uri"],"properties":{"uri":{"type":"string","pattern":"^.+$","examples":["https://data.example.com/000.npz"]},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$","examples":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}}}],"examples":["shards/*.npz"]};
const schema33 = {"type":"string","pattern":"^.+$","examples":["accuracy"]};
const func0 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$", "u");
const pattern5 = new RegExp("^.+$", "u");
const pattern7 = new RegExp("^[0-9a-f]{64}$", "u");
const pattern11 = new RegExp("^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="job.schema.json" */;
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
if(data.allow_hosts === undefined){
data.allow_hosts = [];
}
if(data.model === undefined){
data.model = {};
}
if(data.outer_optimizer === undefined){
data.outer_optimizer = {"kind":"average"};
}
if(data.seed === undefined){
data.seed = 0;
}
if(data.completion === undefined){
data.completion = {"shards":"all"};
}
if(data.weight === undefined){
data.weight = "samples";
}
if(data.straggler_factor === undefined){
data.straggler_factor = 1.5;
}
if(data.heartbeat === undefined){
data.heartbeat = "1s";
}
if(data.max_failures === undefined){
data.max_failures = 3;
}
if(data.store === undefined){
data.store = {"kind":"shared"};
}
if(data.checkpoints === undefined){
data.checkpoints = {"keep":3};
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
if((data.shards === undefined) || (!(func0.call(data, "shards")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shards"},message:"must have required property '"+"shards"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((data.rounds === undefined) || (!(func0.call(data, "rounds")))){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rounds"},message:"must have required property '"+"rounds"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((data.local_steps === undefined) || (!(func0.call(data, "local_steps")))){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "local_steps"},message:"must have required property '"+"local_steps"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(func0.call(schema31.properties, key0))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
let data0 = data.version;
if(1 !== data0){
const err5 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema31.properties.version,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.name !== undefined && func0.call(data, "name")){
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err6 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",parentSchema:schema31.properties.name,data:data1};
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
const err7 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.name.type,parentSchema:schema31.properties.name,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.shards !== undefined && func0.call(data, "shards")){
let data2 = data.shards;
if(Array.isArray(data2)){
if(data2.length < 1){
const err8 = {instancePath:instancePath+"/shards",schemaPath:"#/properties/shards/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.shards,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs9 = errors;
let valid4 = false;
const _errs10 = errors;
if(typeof data3 === "string"){
if(!pattern5.test(data3)){
const err9 = {instancePath:instancePath+"/shards/" + i0,schemaPath:"#/$defs/shard/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema32.anyOf[0],data:data3};
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
const err10 = {instancePath:instancePath+"/shards/" + i0,schemaPath:"#/$defs/shard/anyOf/0/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.anyOf[0].type,parentSchema:schema32.anyOf[0],data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
var _valid0 = _errs10 === errors;
valid4 = valid4 || _valid0;
const _errs12 = errors;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if((data3.uri === undefined) || (!(func0.call(data3, "uri")))){
const err11 = {instancePath:instancePath+"/shards/" + i0,schemaPath:"#/$defs/shard/anyOf/1/required",keyword:"required",params:{missingProperty: "uri"},message:"must have required property '"+"uri"+"'",schema:schema32.anyOf[1].required,parentSchema:schema32.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
for(const key1 of Object.keys(data3)){
if(!((key1 === "uri") || (key1 === "sha256"))){
const err12 = {instancePath:instancePath+"/shards/" + i0,schemaPath:"#/$defs/shard/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema32.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data3.uri !== undefined && func0.call(data3, "uri")){
let data4 = data3.uri;
if(typeof data4 === "string"){
if(!pattern5.test(data4)){
const err13 = {instancePath:instancePath+"/shards/" + i0+"/uri",schemaPath:"#/$defs/shard/anyOf/1/properties/uri/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema32.anyOf[1].properties.uri,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/shards/" + i0+"/uri",schemaPath:"#/$defs/shard/anyOf/1/properties/uri/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.anyOf[1].properties.uri.type,parentSchema:schema32.anyOf[1].properties.uri,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data3.sha256 !== undefined && func0.call(data3, "sha256")){
let data5 = data3.sha256;
if(typeof data5 === "string"){
if(!pattern7.test(data5)){
const err15 = {instancePath:instancePath+"/shards/" + i0+"/sha256",schemaPath:"#/$defs/shard/anyOf/1/properties/sha256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema32.anyOf[1].properties.sha256,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/shards/" + i0+"/sha256",schemaPath:"#/$defs/shard/anyOf/1/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.anyOf[1].properties.sha256.type,parentSchema:schema32.anyOf[1].properties.sha256,data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/shards/" + i0,schemaPath:"#/$defs/shard/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.anyOf[1].type,parentSchema:schema32.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var _valid0 = _errs12 === errors;
valid4 = valid4 || _valid0;
if(!valid4){
const err18 = {instancePath:instancePath+"/shards/" + i0,schemaPath:"#/$defs/shard/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema32.anyOf,parentSchema:schema32,data:data3};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
else {
errors = _errs9;
if(vErrors !== null){
if(_errs9){
vErrors.length = _errs9;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err19 = {instancePath:instancePath+"/shards",schemaPath:"#/properties/shards/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.shards.type,parentSchema:schema31.properties.shards,data:data2};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
let data6 = data.allow_hosts;
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
if(typeof data7 !== "string"){
const err20 = {instancePath:instancePath+"/allow_hosts/" + i1,schemaPath:"#/properties/allow_hosts/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.allow_hosts.items.type,parentSchema:schema31.properties.allow_hosts.items,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/allow_hosts",schemaPath:"#/properties/allow_hosts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.allow_hosts.type,parentSchema:schema31.properties.allow_hosts,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
let data8 = data.model;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.hyperparameters === undefined){
data8.hyperparameters = {};
}
for(const key2 of Object.keys(data8)){
if(!((key2 === "parameters") || (key2 === "hyperparameters"))){
const err22 = {instancePath:instancePath+"/model",schemaPath:"#/properties/model/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.model,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data8.parameters !== undefined && func0.call(data8, "parameters")){
let data9 = data8.parameters;
if(typeof data9 === "string"){
if(!pattern5.test(data9)){
const err23 = {instancePath:instancePath+"/model/parameters",schemaPath:"#/properties/model/properties/parameters/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema31.properties.model.properties.parameters,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/model/parameters",schemaPath:"#/properties/model/properties/parameters/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.model.properties.parameters.type,parentSchema:schema31.properties.model.properties.parameters,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
let data10 = data8.hyperparameters;
if(!(data10 && typeof data10 == "object" && !Array.isArray(data10))){
const err25 = {instancePath:instancePath+"/model/hyperparameters",schemaPath:"#/properties/model/properties/hyperparameters/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.model.properties.hyperparameters.type,parentSchema:schema31.properties.model.properties.hyperparameters,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/model",schemaPath:"#/properties/model/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.model.type,parentSchema:schema31.properties.model,data:data8};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data.rounds !== undefined && func0.call(data, "rounds")){
let data11 = data.rounds;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err27 = {instancePath:instancePath+"/rounds",schemaPath:"#/properties/rounds/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.rounds.type,parentSchema:schema31.properties.rounds,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
const err28 = {instancePath:instancePath+"/rounds",schemaPath:"#/properties/rounds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema31.properties.rounds,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data11 < 1 || isNaN(data11)){
const err29 = {instancePath:instancePath+"/rounds",schemaPath:"#/properties/rounds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.rounds,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
if(data.local_steps !== undefined && func0.call(data, "local_steps")){
let data12 = data.local_steps;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err30 = {instancePath:instancePath+"/local_steps",schemaPath:"#/properties/local_steps/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.local_steps.type,parentSchema:schema31.properties.local_steps,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 9007199254740991 || isNaN(data12)){
const err31 = {instancePath:instancePath+"/local_steps",schemaPath:"#/properties/local_steps/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema31.properties.local_steps,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data12 < 1 || isNaN(data12)){
const err32 = {instancePath:instancePath+"/local_steps",schemaPath:"#/properties/local_steps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.local_steps,data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
let data13 = data.outer_optimizer;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.kind === undefined){
data13.kind = "average";
}
if(data13.learning_rate === undefined){
data13.learning_rate = 0.7;
}
if(data13.momentum === undefined){
data13.momentum = 0.9;
}
if((data13.kind === undefined) || (!(func0.call(data13, "kind")))){
const err33 = {instancePath:instancePath+"/outer_optimizer",schemaPath:"#/properties/outer_optimizer/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'",schema:schema31.properties.outer_optimizer.required,parentSchema:schema31.properties.outer_optimizer,data:data13};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
for(const key3 of Object.keys(data13)){
if(!(((key3 === "kind") || (key3 === "learning_rate")) || (key3 === "momentum"))){
const err34 = {instancePath:instancePath+"/outer_optimizer",schemaPath:"#/properties/outer_optimizer/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.outer_optimizer,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
let data14 = data13.kind;
if(!((data14 === "average") || (data14 === "nesterov"))){
const err35 = {instancePath:instancePath+"/outer_optimizer/kind",schemaPath:"#/properties/outer_optimizer/properties/kind/enum",keyword:"enum",params:{allowedValues: schema31.properties.outer_optimizer.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.outer_optimizer.properties.kind.enum,parentSchema:schema31.properties.outer_optimizer.properties.kind,data:data14};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
let data15 = data13.learning_rate;
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 100 || isNaN(data15)){
const err36 = {instancePath:instancePath+"/outer_optimizer/learning_rate",schemaPath:"#/properties/outer_optimizer/properties/learning_rate/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema31.properties.outer_optimizer.properties.learning_rate,data:data15};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(data15 <= 0 || isNaN(data15)){
const err37 = {instancePath:instancePath+"/outer_optimizer/learning_rate",schemaPath:"#/properties/outer_optimizer/properties/learning_rate/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema31.properties.outer_optimizer.properties.learning_rate,data:data15};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/outer_optimizer/learning_rate",schemaPath:"#/properties/outer_optimizer/properties/learning_rate/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema31.properties.outer_optimizer.properties.learning_rate.type,parentSchema:schema31.properties.outer_optimizer.properties.learning_rate,data:data15};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
let data16 = data13.momentum;
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 0 || isNaN(data16)){
const err39 = {instancePath:instancePath+"/outer_optimizer/momentum",schemaPath:"#/properties/outer_optimizer/properties/momentum/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema31.properties.outer_optimizer.properties.momentum,data:data16};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data16 >= 1 || isNaN(data16)){
const err40 = {instancePath:instancePath+"/outer_optimizer/momentum",schemaPath:"#/properties/outer_optimizer/properties/momentum/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema31.properties.outer_optimizer.properties.momentum,data:data16};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/outer_optimizer/momentum",schemaPath:"#/properties/outer_optimizer/properties/momentum/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema31.properties.outer_optimizer.properties.momentum.type,parentSchema:schema31.properties.outer_optimizer.properties.momentum,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/outer_optimizer",schemaPath:"#/properties/outer_optimizer/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.outer_optimizer.type,parentSchema:schema31.properties.outer_optimizer,data:data13};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
let data17 = data.seed;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err43 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.seed.type,parentSchema:schema31.properties.seed,data:data17};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 9007199254740991 || isNaN(data17)){
const err44 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema31.properties.seed,data:data17};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data17 < 0 || isNaN(data17)){
const err45 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema31.properties.seed,data:data17};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
let data18 = data.completion;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(data18.shards === undefined){
data18.shards = "all";
}
for(const key4 of Object.keys(data18)){
if(!(key4 === "shards")){
const err46 = {instancePath:instancePath+"/completion",schemaPath:"#/properties/completion/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.completion,data:data18};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
let data19 = data18.shards;
const _errs48 = errors;
let valid11 = false;
const _errs49 = errors;
if("all" !== data19){
const err47 = {instancePath:instancePath+"/completion/shards",schemaPath:"#/properties/completion/properties/shards/anyOf/0/const",keyword:"const",params:{allowedValue: "all"},message:"must be equal to constant",schema:"all",parentSchema:schema31.properties.completion.properties.shards.anyOf[0],data:data19};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
var _valid1 = _errs49 === errors;
valid11 = valid11 || _valid1;
const _errs50 = errors;
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 1 || isNaN(data19)){
const err48 = {instancePath:instancePath+"/completion/shards",schemaPath:"#/properties/completion/properties/shards/anyOf/1/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema31.properties.completion.properties.shards.anyOf[1],data:data19};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data19 <= 0 || isNaN(data19)){
const err49 = {instancePath:instancePath+"/completion/shards",schemaPath:"#/properties/completion/properties/shards/anyOf/1/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema31.properties.completion.properties.shards.anyOf[1],data:data19};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/completion/shards",schemaPath:"#/properties/completion/properties/shards/anyOf/1/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema31.properties.completion.properties.shards.anyOf[1].type,parentSchema:schema31.properties.completion.properties.shards.anyOf[1],data:data19};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
var _valid1 = _errs50 === errors;
valid11 = valid11 || _valid1;
if(!valid11){
const err51 = {instancePath:instancePath+"/completion/shards",schemaPath:"#/properties/completion/properties/shards/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema31.properties.completion.properties.shards.anyOf,parentSchema:schema31.properties.completion.properties.shards,data:data19};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
else {
errors = _errs48;
if(vErrors !== null){
if(_errs48){
vErrors.length = _errs48;
}
else {
vErrors = null;
}
}
}
}
else {
const err52 = {instancePath:instancePath+"/completion",schemaPath:"#/properties/completion/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.completion.type,parentSchema:schema31.properties.completion,data:data18};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
let data20 = data.weight;
if(!((data20 === "samples") || (data20 === "equal"))){
const err53 = {instancePath:instancePath+"/weight",schemaPath:"#/properties/weight/enum",keyword:"enum",params:{allowedValues: schema31.properties.weight.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.weight.enum,parentSchema:schema31.properties.weight,data:data20};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data.target !== undefined && func0.call(data, "target")){
let data21 = data.target;
const _errs54 = errors;
let valid12 = false;
let passing0 = null;
const _errs55 = errors;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if((data21.metric === undefined) || (!(func0.call(data21, "metric")))){
const err54 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/0/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema31.properties.target.oneOf[0].required,parentSchema:schema31.properties.target.oneOf[0],data:data21};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if((data21.at_most === undefined) || (!(func0.call(data21, "at_most")))){
const err55 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/0/required",keyword:"required",params:{missingProperty: "at_most"},message:"must have required property '"+"at_most"+"'",schema:schema31.properties.target.oneOf[0].required,parentSchema:schema31.properties.target.oneOf[0],data:data21};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
for(const key5 of Object.keys(data21)){
if(!((key5 === "metric") || (key5 === "at_most"))){
const err56 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.target.oneOf[0],data:data21};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data21.metric !== undefined && func0.call(data21, "metric")){
let data22 = data21.metric;
if(typeof data22 === "string"){
if(!pattern5.test(data22)){
const err57 = {instancePath:instancePath+"/target/metric",schemaPath:"#/$defs/metric/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema33,data:data22};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/target/metric",schemaPath:"#/$defs/metric/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data22};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data21.at_most !== undefined && func0.call(data21, "at_most")){
let data23 = data21.at_most;
if(!((typeof data23 == "number") && (isFinite(data23)))){
const err59 = {instancePath:instancePath+"/target/at_most",schemaPath:"#/properties/target/oneOf/0/properties/at_most/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema31.properties.target.oneOf[0].properties.at_most.type,parentSchema:schema31.properties.target.oneOf[0].properties.at_most,data:data23};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.target.oneOf[0].type,parentSchema:schema31.properties.target.oneOf[0],data:data21};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
var _valid2 = _errs55 === errors;
if(_valid2){
valid12 = true;
passing0 = 0;
var props1 = true;
}
const _errs63 = errors;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if((data21.metric === undefined) || (!(func0.call(data21, "metric")))){
const err61 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/1/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema31.properties.target.oneOf[1].required,parentSchema:schema31.properties.target.oneOf[1],data:data21};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((data21.at_least === undefined) || (!(func0.call(data21, "at_least")))){
const err62 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/1/required",keyword:"required",params:{missingProperty: "at_least"},message:"must have required property '"+"at_least"+"'",schema:schema31.properties.target.oneOf[1].required,parentSchema:schema31.properties.target.oneOf[1],data:data21};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
for(const key6 of Object.keys(data21)){
if(!((key6 === "metric") || (key6 === "at_least"))){
const err63 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.target.oneOf[1],data:data21};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data21.metric !== undefined && func0.call(data21, "metric")){
let data24 = data21.metric;
if(typeof data24 === "string"){
if(!pattern5.test(data24)){
const err64 = {instancePath:instancePath+"/target/metric",schemaPath:"#/$defs/metric/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema33,data:data24};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/target/metric",schemaPath:"#/$defs/metric/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data24};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data21.at_least !== undefined && func0.call(data21, "at_least")){
let data25 = data21.at_least;
if(!((typeof data25 == "number") && (isFinite(data25)))){
const err66 = {instancePath:instancePath+"/target/at_least",schemaPath:"#/properties/target/oneOf/1/properties/at_least/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema31.properties.target.oneOf[1].properties.at_least.type,parentSchema:schema31.properties.target.oneOf[1].properties.at_least,data:data25};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
}
else {
const err67 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.target.oneOf[1].type,parentSchema:schema31.properties.target.oneOf[1],data:data21};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
var _valid2 = _errs63 === errors;
if(_valid2 && valid12){
valid12 = false;
passing0 = [passing0, 1];
}
else {
if(_valid2){
valid12 = true;
passing0 = 1;
if(props1 !== true){
props1 = true;
}
}
}
if(!valid12){
const err68 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema31.properties.target.oneOf,parentSchema:schema31.properties.target,data:data21};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
else {
errors = _errs54;
if(vErrors !== null){
if(_errs54){
vErrors.length = _errs54;
}
else {
vErrors = null;
}
}
}
}
let data26 = data.straggler_factor;
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 <= 1 || isNaN(data26)){
const err69 = {instancePath:instancePath+"/straggler_factor",schemaPath:"#/properties/straggler_factor/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 1},message:"must be > 1",schema:1,parentSchema:schema31.properties.straggler_factor,data:data26};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
else {
const err70 = {instancePath:instancePath+"/straggler_factor",schemaPath:"#/properties/straggler_factor/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema31.properties.straggler_factor.type,parentSchema:schema31.properties.straggler_factor,data:data26};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
let data27 = data.heartbeat;
if(typeof data27 === "string"){
if(!pattern11.test(data27)){
const err71 = {instancePath:instancePath+"/heartbeat",schemaPath:"#/properties/heartbeat/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},message:"must match pattern \""+"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"+"\"",schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema31.properties.heartbeat,data:data27};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/heartbeat",schemaPath:"#/properties/heartbeat/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.heartbeat.type,parentSchema:schema31.properties.heartbeat,data:data27};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
let data28 = data.max_failures;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err73 = {instancePath:instancePath+"/max_failures",schemaPath:"#/properties/max_failures/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.max_failures.type,parentSchema:schema31.properties.max_failures,data:data28};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 9007199254740991 || isNaN(data28)){
const err74 = {instancePath:instancePath+"/max_failures",schemaPath:"#/properties/max_failures/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema31.properties.max_failures,data:data28};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if(data28 < 1 || isNaN(data28)){
const err75 = {instancePath:instancePath+"/max_failures",schemaPath:"#/properties/max_failures/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.max_failures,data:data28};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data.evaluation !== undefined && func0.call(data, "evaluation")){
let data29 = data.evaluation;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
if(data29.every === undefined){
data29.every = 1;
}
if((data29.shard === undefined) || (!(func0.call(data29, "shard")))){
const err76 = {instancePath:instancePath+"/evaluation",schemaPath:"#/properties/evaluation/required",keyword:"required",params:{missingProperty: "shard"},message:"must have required property '"+"shard"+"'",schema:schema31.properties.evaluation.required,parentSchema:schema31.properties.evaluation,data:data29};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
for(const key7 of Object.keys(data29)){
if(!((key7 === "shard") || (key7 === "every"))){
const err77 = {instancePath:instancePath+"/evaluation",schemaPath:"#/properties/evaluation/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.evaluation,data:data29};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data29.shard !== undefined && func0.call(data29, "shard")){
let data30 = data29.shard;
const _errs82 = errors;
let valid19 = false;
const _errs83 = errors;
if(typeof data30 === "string"){
if(!pattern5.test(data30)){
const err78 = {instancePath:instancePath+"/evaluation/shard",schemaPath:"#/$defs/shard/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema32.anyOf[0],data:data30};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
else {
const err79 = {instancePath:instancePath+"/evaluation/shard",schemaPath:"#/$defs/shard/anyOf/0/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.anyOf[0].type,parentSchema:schema32.anyOf[0],data:data30};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
var _valid3 = _errs83 === errors;
valid19 = valid19 || _valid3;
const _errs85 = errors;
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if((data30.uri === undefined) || (!(func0.call(data30, "uri")))){
const err80 = {instancePath:instancePath+"/evaluation/shard",schemaPath:"#/$defs/shard/anyOf/1/required",keyword:"required",params:{missingProperty: "uri"},message:"must have required property '"+"uri"+"'",schema:schema32.anyOf[1].required,parentSchema:schema32.anyOf[1],data:data30};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
for(const key8 of Object.keys(data30)){
if(!((key8 === "uri") || (key8 === "sha256"))){
const err81 = {instancePath:instancePath+"/evaluation/shard",schemaPath:"#/$defs/shard/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema32.anyOf[1],data:data30};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data30.uri !== undefined && func0.call(data30, "uri")){
let data31 = data30.uri;
if(typeof data31 === "string"){
if(!pattern5.test(data31)){
const err82 = {instancePath:instancePath+"/evaluation/shard/uri",schemaPath:"#/$defs/shard/anyOf/1/properties/uri/pattern",keyword:"pattern",params:{pattern: "^.+$"},message:"must match pattern \""+"^.+$"+"\"",schema:"^.+$",parentSchema:schema32.anyOf[1].properties.uri,data:data31};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
else {
const err83 = {instancePath:instancePath+"/evaluation/shard/uri",schemaPath:"#/$defs/shard/anyOf/1/properties/uri/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.anyOf[1].properties.uri.type,parentSchema:schema32.anyOf[1].properties.uri,data:data31};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data30.sha256 !== undefined && func0.call(data30, "sha256")){
let data32 = data30.sha256;
if(typeof data32 === "string"){
if(!pattern7.test(data32)){
const err84 = {instancePath:instancePath+"/evaluation/shard/sha256",schemaPath:"#/$defs/shard/anyOf/1/properties/sha256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema32.anyOf[1].properties.sha256,data:data32};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
else {
const err85 = {instancePath:instancePath+"/evaluation/shard/sha256",schemaPath:"#/$defs/shard/anyOf/1/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.anyOf[1].properties.sha256.type,parentSchema:schema32.anyOf[1].properties.sha256,data:data32};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath:instancePath+"/evaluation/shard",schemaPath:"#/$defs/shard/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.anyOf[1].type,parentSchema:schema32.anyOf[1],data:data30};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
var _valid3 = _errs85 === errors;
valid19 = valid19 || _valid3;
if(!valid19){
const err87 = {instancePath:instancePath+"/evaluation/shard",schemaPath:"#/$defs/shard/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema32.anyOf,parentSchema:schema32,data:data30};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
else {
errors = _errs82;
if(vErrors !== null){
if(_errs82){
vErrors.length = _errs82;
}
else {
vErrors = null;
}
}
}
}
let data33 = data29.every;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
const err88 = {instancePath:instancePath+"/evaluation/every",schemaPath:"#/properties/evaluation/properties/every/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.evaluation.properties.every.type,parentSchema:schema31.properties.evaluation.properties.every,data:data33};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 9007199254740991 || isNaN(data33)){
const err89 = {instancePath:instancePath+"/evaluation/every",schemaPath:"#/properties/evaluation/properties/every/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema31.properties.evaluation.properties.every,data:data33};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(data33 < 1 || isNaN(data33)){
const err90 = {instancePath:instancePath+"/evaluation/every",schemaPath:"#/properties/evaluation/properties/every/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.evaluation.properties.every,data:data33};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
}
else {
const err91 = {instancePath:instancePath+"/evaluation",schemaPath:"#/properties/evaluation/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.evaluation.type,parentSchema:schema31.properties.evaluation,data:data29};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
let data34 = data.store;
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
if(data34.kind === undefined){
data34.kind = "shared";
}
if((data34.kind === undefined) || (!(func0.call(data34, "kind")))){
const err92 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'",schema:schema31.properties.store.required,parentSchema:schema31.properties.store,data:data34};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
for(const key9 of Object.keys(data34)){
if(!(key9 === "kind")){
const err93 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.store,data:data34};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
let data35 = data34.kind;
if(!((data35 === "shared") || (data35 === "inline"))){
const err94 = {instancePath:instancePath+"/store/kind",schemaPath:"#/properties/store/properties/kind/enum",keyword:"enum",params:{allowedValues: schema31.properties.store.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.store.properties.kind.enum,parentSchema:schema31.properties.store.properties.kind,data:data35};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
else {
const err95 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.store.type,parentSchema:schema31.properties.store,data:data34};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
let data36 = data.checkpoints;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.keep === undefined){
data36.keep = 3;
}
for(const key10 of Object.keys(data36)){
if(!(key10 === "keep")){
const err96 = {instancePath:instancePath+"/checkpoints",schemaPath:"#/properties/checkpoints/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.checkpoints,data:data36};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
let data37 = data36.keep;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
const err97 = {instancePath:instancePath+"/checkpoints/keep",schemaPath:"#/properties/checkpoints/properties/keep/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.checkpoints.properties.keep.type,parentSchema:schema31.properties.checkpoints.properties.keep,data:data37};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 9007199254740991 || isNaN(data37)){
const err98 = {instancePath:instancePath+"/checkpoints/keep",schemaPath:"#/properties/checkpoints/properties/keep/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema31.properties.checkpoints.properties.keep,data:data37};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(data37 < 1 || isNaN(data37)){
const err99 = {instancePath:instancePath+"/checkpoints/keep",schemaPath:"#/properties/checkpoints/properties/keep/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.checkpoints.properties.keep,data:data37};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
}
else {
const err100 = {instancePath:instancePath+"/checkpoints",schemaPath:"#/properties/checkpoints/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.checkpoints.type,parentSchema:schema31.properties.checkpoints,data:data36};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

