// Generated from schema/topology.schema.json by npm run generate.
// @ts-nocheck
"use strict";
export const head = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"topology.schema.json","type":"object","additionalProperties":false,"properties":{"vhost":{"type":"string"},"variables":{"type":"object","additionalProperties":{"$ref":"#/$defs/scalar"}},"manage":{"anyOf":[{"const":"all"},{"type":"object","additionalProperties":false,"properties":{"exchanges":{"$ref":"#/$defs/patterns"},"queues":{"$ref":"#/$defs/patterns"},"bindings_into":{"$ref":"#/$defs/patterns"}}}]},"protect":{"type":"object","additionalProperties":false,"properties":{"exchanges":{"$ref":"#/$defs/patterns"},"queues":{"$ref":"#/$defs/patterns"}}},"expect":{"type":"object","additionalProperties":false,"minProperties":1,"properties":{"cluster_name":{"type":"string"},"vhosts":{"type":"array","minItems":1,"items":{"type":"string"}}}},"exchanges":{"type":"array"},"queues":{"type":"array"},"bindings":{"type":"array"},"outputs":{"type":"object","additionalProperties":{"$ref":"#/$defs/scalar"}},"harness":{"type":"object","additionalProperties":false,"properties":{"vhost":{"type":"string"},"tasks":{"type":"string"},"results":{"type":"string"},"dead_letter":{"type":"string"},"retry":{"type":"array","items":{"type":"string"}},"pool":{"type":"string"},"events":{"type":"string"},"users":{"type":"object","additionalProperties":false,"properties":{"workers":{"type":"array","minItems":1,"items":{"type":"string"}},"coordinator":{"type":"string"}}}}},"vhosts":{"type":"array","items":{"$ref":"#/$defs/vhost"}},"users":{"type":"array","items":{"$ref":"#/$defs/user"}},"permissions":{"type":"array","items":{"$ref":"#/$defs/permission"}},"topic_permissions":{"type":"array","items":{"$ref":"#/$defs/topic_permission"}},"policies":{"type":"array","items":{"$ref":"#/$defs/policy"}},"parameters":{"type":"array","items":{"$ref":"#/$defs/parameter"}},"global_parameters":{"type":"array","items":{"$ref":"#/$defs/global_parameter"}},"rabbit_version":{"type":"string"},"rabbitmq_version":{"type":"string"},"product_name":{"type":"string"},"product_version":{"type":"string"},"rabbitmq_definition_format":{"type":"string"},"original_cluster_name":{"type":"string"},"original_vhost_name":{"type":"string"},"exported_by":{"type":"string"},"explanation":{"type":"string"},"description":{"type":"string"},"default_queue_type":{"type":"string"},"metadata":{"type":"object","additionalProperties":true},"limits":{"type":["object","array"]},"tags":{"type":"array","items":{"type":"string"}}},"$defs":{"expression":{"type":"string","pattern":"\\$\\{[^}]+\\}","examples":["${workers}"]},"scalar":{"type":["string","number","boolean","null"]},"patterns":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"string"}]},"for_each":{"anyOf":[{"type":"object","minProperties":1,"additionalProperties":{"anyOf":[{"type":"string"},{"type":"array","items":{"$ref":"#/$defs/scalar"}}]}},{"type":"array","items":{"type":"object","minProperties":1,"additionalProperties":{"$ref":"#/$defs/scalar"}}}]},"exchange":{"type":"object","additionalProperties":false,"properties":{"for_each":{"$ref":"#/$defs/for_each"},"name":{"type":"string"},"vhost":{"type":"string"},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"internal":{"type":"boolean"},"arguments":{"type":"object","properties":{"alternate-exchange":{"type":"string"},"x-delayed-type":{"type":"string"},"x-super-stream":{"type":"boolean"},"hash-header":{"type":"string"},"hash-property":{"type":"string"},"x-recent-history-length":{"type":"integer","minimum":1},"x-recent-history-no-store":{"type":"boolean"},"x-cache-size":{"type":"integer","minimum":1},"x-cache-ttl":{"type":"integer","minimum":1},"x-cache-persistence":{"type":"string"}},"additionalProperties":true}},"required":["name","type"]},"queue":{"type":"object","additionalProperties":false,"properties":{"for_each":{"$ref":"#/$defs/for_each"},"name":{"type":"string"},"vhost":{"type":"string"},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"arguments":{"type":"object","properties":{"x-queue-type":{"type":"string"},"x-message-ttl":{"type":"integer","minimum":0,"maximum":315360000000},"x-expires":{"type":"integer","minimum":1,"maximum":315360000000},"x-max-length":{"type":"integer","minimum":0},"x-max-length-bytes":{"type":"integer","minimum":0},"x-overflow":{"enum":["drop-head","reject-publish","reject-publish-dlx"]},"x-dead-letter-exchange":{"type":"string"},"x-dead-letter-routing-key":{"type":"string"},"x-dead-letter-strategy":{"enum":["at-most-once","at-least-once"]},"x-single-active-consumer":{"type":"boolean"},"x-delivery-limit":{"type":"integer","minimum":-1},"x-max-priority":{"type":"integer","minimum":0,"maximum":255},"x-queue-mode":{"enum":["default","lazy"]},"x-queue-version":{"type":"integer","minimum":1,"maximum":2},"x-queue-master-locator":{"type":"string"},"x-queue-leader-locator":{"enum":["client-local","balanced","random","least-leaders"]},"x-quorum-initial-group-size":{"type":"integer","minimum":1},"x-quorum-target-group-size":{"type":"integer","minimum":1},"x-max-in-memory-length":{"type":"integer","minimum":0},"x-max-in-memory-bytes":{"type":"integer","minimum":0},"x-consumer-timeout":{"type":"integer","minimum":0},"x-consumer-disconnected-timeout":{"type":"integer","minimum":0},"x-delayed-retry-type":{"type":"string"},"x-delayed-retry-min":{"type":"integer","minimum":0},"x-delayed-retry-max":{"type":"integer","minimum":0},"x-max-age":{"examples":["7D","12h"],"type":"string","pattern":"^0*[1-9]\\d*[YMDhms]$"},"x-stream-max-segment-size-bytes":{"type":"integer","minimum":1},"x-stream-filter-size-bytes":{"type":"integer","minimum":16,"maximum":255},"x-initial-cluster-size":{"type":"integer","minimum":1},"x-message-deduplication":{"type":"boolean"},"x-cache-size":{"type":"integer","minimum":1}},"additionalProperties":true}},"required":["name"]},"binding":{"type":"object","additionalProperties":false,"properties":{"for_each":{"$ref":"#/$defs/for_each"},"source":{"type":"string"},"vhost":{"type":"string"},"destination":{"type":"string"},"destination_type":{"enum":["queue","exchange"]},"routing_key":{"type":"string"},"arguments":{"type":"object","properties":{"x-match":{"enum":["all","any","all-with-x","any-with-x"]},"x-stream-partition-order":{"type":"integer","minimum":0}},"additionalProperties":true},"properties_key":{"type":"string"}},"required":["source","destination"]},"vhost":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"description":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}},"default_queue_type":{"type":"string"},"metadata":{"type":"object","additionalProperties":true},"limits":{"type":["object","array"]},"tracing":{"type":"boolean"}},"required":["name"]},"user":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"password":{"type":"string"},"password_hash":{"type":"string"},"hashing_algorithm":{"type":"string"},"tags":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"string"}]},"limits":{"type":["object","array"]}},"required":["name"]},"permission":{"type":"object","additionalProperties":false,"properties":{"user":{"type":"string"},"vhost":{"type":"string"},"configure":{"type":"string"},"write":{"type":"string"},"read":{"type":"string"}},"required":["user","configure","write","read"]},"topic_permission":{"type":"object","additionalProperties":false,"properties":{"user":{"type":"string"},"vhost":{"type":"string"},"exchange":{"type":"string"},"write":{"type":"string"},"read":{"type":"string"}},"required":["user","exchange","write","read"]},"policy":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"vhost":{"type":"string"},"pattern":{"type":"string"},"apply-to":{"enum":["all","queues","exchanges","classic_queues","quorum_queues","streams"]},"definition":{"type":"object","additionalProperties":true},"priority":{"type":"integer"}},"required":["name","pattern","definition"]},"parameter":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"vhost":{"type":"string"},"component":{"type":"string"},"value":{}},"required":["name","component","value"]},"global_parameter":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"value":{}},"required":["name","value"]}}};
const schema32 = {"type":["string","number","boolean","null"]};
const schema33 = {"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"string"}]};
const schema39 = {"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"description":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}},"default_queue_type":{"type":"string"},"metadata":{"type":"object","additionalProperties":true},"limits":{"type":["object","array"]},"tracing":{"type":"boolean"}},"required":["name"]};
const schema40 = {"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"password":{"type":"string"},"password_hash":{"type":"string"},"hashing_algorithm":{"type":"string"},"tags":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"string"}]},"limits":{"type":["object","array"]}},"required":["name"]};
const schema41 = {"type":"object","additionalProperties":false,"properties":{"user":{"type":"string"},"vhost":{"type":"string"},"configure":{"type":"string"},"write":{"type":"string"},"read":{"type":"string"}},"required":["user","configure","write","read"]};
const schema42 = {"type":"object","additionalProperties":false,"properties":{"user":{"type":"string"},"vhost":{"type":"string"},"exchange":{"type":"string"},"write":{"type":"string"},"read":{"type":"string"}},"required":["user","exchange","write","read"]};
const schema43 = {"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"vhost":{"type":"string"},"pattern":{"type":"string"},"apply-to":{"enum":["all","queues","exchanges","classic_queues","quorum_queues","streams"]},"definition":{"type":"object","additionalProperties":true},"priority":{"type":"integer"}},"required":["name","pattern","definition"]};
const schema44 = {"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"vhost":{"type":"string"},"component":{"type":"string"},"value":{}},"required":["name","component","value"]};
const schema45 = {"type":"object","additionalProperties":false,"properties":{"name":{"type":"string"},"value":{}},"required":["name","value"]};
const func0 = Object.prototype.hasOwnProperty;

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="topology.schema.json" */;
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
for(const key0 of Object.keys(data)){
if(!(func0.call(schema31.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.vhost !== undefined && func0.call(data, "vhost")){
let data0 = data.vhost;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/vhost",schemaPath:"#/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.vhost.type,parentSchema:schema31.properties.vhost,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.variables !== undefined && func0.call(data, "variables")){
let data1 = data.variables;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 of Object.keys(data1)){
let data2 = data1[key1];
if((((typeof data2 !== "string") && (!((typeof data2 == "number") && (isFinite(data2))))) && (typeof data2 !== "boolean")) && (data2 !== null)){
const err2 = {instancePath:instancePath+"/variables/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/scalar/type",keyword:"type",params:{type: schema32.type},message:"must be string,number,boolean,null",schema:schema32.type,parentSchema:schema32,data:data2};
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
else {
const err3 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.variables.type,parentSchema:schema31.properties.variables,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.manage !== undefined && func0.call(data, "manage")){
let data3 = data.manage;
const _errs11 = errors;
let valid3 = false;
const _errs12 = errors;
if("all" !== data3){
const err4 = {instancePath:instancePath+"/manage",schemaPath:"#/properties/manage/anyOf/0/const",keyword:"const",params:{allowedValue: "all"},message:"must be equal to constant",schema:"all",parentSchema:schema31.properties.manage.anyOf[0],data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid0 = _errs12 === errors;
valid3 = valid3 || _valid0;
const _errs13 = errors;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key2 of Object.keys(data3)){
if(!(((key2 === "exchanges") || (key2 === "queues")) || (key2 === "bindings_into"))){
const err5 = {instancePath:instancePath+"/manage",schemaPath:"#/properties/manage/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.manage.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data3.exchanges !== undefined && func0.call(data3, "exchanges")){
let data4 = data3.exchanges;
const _errs18 = errors;
let valid6 = false;
const _errs19 = errors;
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(typeof data5 !== "string"){
const err6 = {instancePath:instancePath+"/manage/exchanges/" + i0,schemaPath:"#/$defs/patterns/anyOf/0/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[0].items.type,parentSchema:schema33.anyOf[0].items,data:data5};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/manage/exchanges",schemaPath:"#/$defs/patterns/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.anyOf[0].type,parentSchema:schema33.anyOf[0],data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var _valid1 = _errs19 === errors;
valid6 = valid6 || _valid1;
const _errs23 = errors;
if(typeof data4 !== "string"){
const err8 = {instancePath:instancePath+"/manage/exchanges",schemaPath:"#/$defs/patterns/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[1].type,parentSchema:schema33.anyOf[1],data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid1 = _errs23 === errors;
valid6 = valid6 || _valid1;
if(!valid6){
const err9 = {instancePath:instancePath+"/manage/exchanges",schemaPath:"#/$defs/patterns/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema33.anyOf,parentSchema:schema33,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
errors = _errs18;
if(vErrors !== null){
if(_errs18){
vErrors.length = _errs18;
}
else {
vErrors = null;
}
}
}
}
if(data3.queues !== undefined && func0.call(data3, "queues")){
let data6 = data3.queues;
const _errs27 = errors;
let valid10 = false;
const _errs28 = errors;
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
if(typeof data7 !== "string"){
const err10 = {instancePath:instancePath+"/manage/queues/" + i1,schemaPath:"#/$defs/patterns/anyOf/0/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[0].items.type,parentSchema:schema33.anyOf[0].items,data:data7};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/manage/queues",schemaPath:"#/$defs/patterns/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.anyOf[0].type,parentSchema:schema33.anyOf[0],data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
var _valid2 = _errs28 === errors;
valid10 = valid10 || _valid2;
const _errs32 = errors;
if(typeof data6 !== "string"){
const err12 = {instancePath:instancePath+"/manage/queues",schemaPath:"#/$defs/patterns/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[1].type,parentSchema:schema33.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
var _valid2 = _errs32 === errors;
valid10 = valid10 || _valid2;
if(!valid10){
const err13 = {instancePath:instancePath+"/manage/queues",schemaPath:"#/$defs/patterns/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema33.anyOf,parentSchema:schema33,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
else {
errors = _errs27;
if(vErrors !== null){
if(_errs27){
vErrors.length = _errs27;
}
else {
vErrors = null;
}
}
}
}
if(data3.bindings_into !== undefined && func0.call(data3, "bindings_into")){
let data8 = data3.bindings_into;
const _errs36 = errors;
let valid14 = false;
const _errs37 = errors;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
if(typeof data9 !== "string"){
const err14 = {instancePath:instancePath+"/manage/bindings_into/" + i2,schemaPath:"#/$defs/patterns/anyOf/0/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[0].items.type,parentSchema:schema33.anyOf[0].items,data:data9};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/manage/bindings_into",schemaPath:"#/$defs/patterns/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.anyOf[0].type,parentSchema:schema33.anyOf[0],data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid3 = _errs37 === errors;
valid14 = valid14 || _valid3;
const _errs41 = errors;
if(typeof data8 !== "string"){
const err16 = {instancePath:instancePath+"/manage/bindings_into",schemaPath:"#/$defs/patterns/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[1].type,parentSchema:schema33.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
var _valid3 = _errs41 === errors;
valid14 = valid14 || _valid3;
if(!valid14){
const err17 = {instancePath:instancePath+"/manage/bindings_into",schemaPath:"#/$defs/patterns/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema33.anyOf,parentSchema:schema33,data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
else {
errors = _errs36;
if(vErrors !== null){
if(_errs36){
vErrors.length = _errs36;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err18 = {instancePath:instancePath+"/manage",schemaPath:"#/properties/manage/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.manage.anyOf[1].type,parentSchema:schema31.properties.manage.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err19 = {instancePath:instancePath+"/manage",schemaPath:"#/properties/manage/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema31.properties.manage.anyOf,parentSchema:schema31.properties.manage,data:data3};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
errors = _errs11;
if(vErrors !== null){
if(_errs11){
vErrors.length = _errs11;
}
else {
vErrors = null;
}
}
}
}
if(data.protect !== undefined && func0.call(data, "protect")){
let data10 = data.protect;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key3 of Object.keys(data10)){
if(!((key3 === "exchanges") || (key3 === "queues"))){
const err20 = {instancePath:instancePath+"/protect",schemaPath:"#/properties/protect/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.protect,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data10.exchanges !== undefined && func0.call(data10, "exchanges")){
let data11 = data10.exchanges;
const _errs48 = errors;
let valid19 = false;
const _errs49 = errors;
if(Array.isArray(data11)){
const len3 = data11.length;
for(let i3=0; i3<len3; i3++){
let data12 = data11[i3];
if(typeof data12 !== "string"){
const err21 = {instancePath:instancePath+"/protect/exchanges/" + i3,schemaPath:"#/$defs/patterns/anyOf/0/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[0].items.type,parentSchema:schema33.anyOf[0].items,data:data12};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/protect/exchanges",schemaPath:"#/$defs/patterns/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.anyOf[0].type,parentSchema:schema33.anyOf[0],data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
var _valid4 = _errs49 === errors;
valid19 = valid19 || _valid4;
const _errs53 = errors;
if(typeof data11 !== "string"){
const err23 = {instancePath:instancePath+"/protect/exchanges",schemaPath:"#/$defs/patterns/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[1].type,parentSchema:schema33.anyOf[1],data:data11};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
var _valid4 = _errs53 === errors;
valid19 = valid19 || _valid4;
if(!valid19){
const err24 = {instancePath:instancePath+"/protect/exchanges",schemaPath:"#/$defs/patterns/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema33.anyOf,parentSchema:schema33,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
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
if(data10.queues !== undefined && func0.call(data10, "queues")){
let data13 = data10.queues;
const _errs57 = errors;
let valid23 = false;
const _errs58 = errors;
if(Array.isArray(data13)){
const len4 = data13.length;
for(let i4=0; i4<len4; i4++){
let data14 = data13[i4];
if(typeof data14 !== "string"){
const err25 = {instancePath:instancePath+"/protect/queues/" + i4,schemaPath:"#/$defs/patterns/anyOf/0/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[0].items.type,parentSchema:schema33.anyOf[0].items,data:data14};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/protect/queues",schemaPath:"#/$defs/patterns/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.anyOf[0].type,parentSchema:schema33.anyOf[0],data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
var _valid5 = _errs58 === errors;
valid23 = valid23 || _valid5;
const _errs62 = errors;
if(typeof data13 !== "string"){
const err27 = {instancePath:instancePath+"/protect/queues",schemaPath:"#/$defs/patterns/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.anyOf[1].type,parentSchema:schema33.anyOf[1],data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
var _valid5 = _errs62 === errors;
valid23 = valid23 || _valid5;
if(!valid23){
const err28 = {instancePath:instancePath+"/protect/queues",schemaPath:"#/$defs/patterns/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema33.anyOf,parentSchema:schema33,data:data13};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
else {
errors = _errs57;
if(vErrors !== null){
if(_errs57){
vErrors.length = _errs57;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err29 = {instancePath:instancePath+"/protect",schemaPath:"#/properties/protect/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.protect.type,parentSchema:schema31.properties.protect,data:data10};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.expect !== undefined && func0.call(data, "expect")){
let data15 = data.expect;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(Object.keys(data15).length < 1){
const err30 = {instancePath:instancePath+"/expect",schemaPath:"#/properties/expect/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema31.properties.expect,data:data15};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
for(const key4 of Object.keys(data15)){
if(!((key4 === "cluster_name") || (key4 === "vhosts"))){
const err31 = {instancePath:instancePath+"/expect",schemaPath:"#/properties/expect/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.expect,data:data15};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data15.cluster_name !== undefined && func0.call(data15, "cluster_name")){
let data16 = data15.cluster_name;
if(typeof data16 !== "string"){
const err32 = {instancePath:instancePath+"/expect/cluster_name",schemaPath:"#/properties/expect/properties/cluster_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.expect.properties.cluster_name.type,parentSchema:schema31.properties.expect.properties.cluster_name,data:data16};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data15.vhosts !== undefined && func0.call(data15, "vhosts")){
let data17 = data15.vhosts;
if(Array.isArray(data17)){
if(data17.length < 1){
const err33 = {instancePath:instancePath+"/expect/vhosts",schemaPath:"#/properties/expect/properties/vhosts/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.expect.properties.vhosts,data:data17};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
const len5 = data17.length;
for(let i5=0; i5<len5; i5++){
let data18 = data17[i5];
if(typeof data18 !== "string"){
const err34 = {instancePath:instancePath+"/expect/vhosts/" + i5,schemaPath:"#/properties/expect/properties/vhosts/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.expect.properties.vhosts.items.type,parentSchema:schema31.properties.expect.properties.vhosts.items,data:data18};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath:instancePath+"/expect/vhosts",schemaPath:"#/properties/expect/properties/vhosts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.expect.properties.vhosts.type,parentSchema:schema31.properties.expect.properties.vhosts,data:data17};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/expect",schemaPath:"#/properties/expect/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.expect.type,parentSchema:schema31.properties.expect,data:data15};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.exchanges !== undefined && func0.call(data, "exchanges")){
let data19 = data.exchanges;
if(!(Array.isArray(data19))){
const err37 = {instancePath:instancePath+"/exchanges",schemaPath:"#/properties/exchanges/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.exchanges.type,parentSchema:schema31.properties.exchanges,data:data19};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.queues !== undefined && func0.call(data, "queues")){
let data20 = data.queues;
if(!(Array.isArray(data20))){
const err38 = {instancePath:instancePath+"/queues",schemaPath:"#/properties/queues/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.queues.type,parentSchema:schema31.properties.queues,data:data20};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.bindings !== undefined && func0.call(data, "bindings")){
let data21 = data.bindings;
if(!(Array.isArray(data21))){
const err39 = {instancePath:instancePath+"/bindings",schemaPath:"#/properties/bindings/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.bindings.type,parentSchema:schema31.properties.bindings,data:data21};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.outputs !== undefined && func0.call(data, "outputs")){
let data22 = data.outputs;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key5 of Object.keys(data22)){
let data23 = data22[key5];
if((((typeof data23 !== "string") && (!((typeof data23 == "number") && (isFinite(data23))))) && (typeof data23 !== "boolean")) && (data23 !== null)){
const err40 = {instancePath:instancePath+"/outputs/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/scalar/type",keyword:"type",params:{type: schema32.type},message:"must be string,number,boolean,null",schema:schema32.type,parentSchema:schema32,data:data23};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/outputs",schemaPath:"#/properties/outputs/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.outputs.type,parentSchema:schema31.properties.outputs,data:data22};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.harness !== undefined && func0.call(data, "harness")){
let data24 = data.harness;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key6 of Object.keys(data24)){
if(!((((((((key6 === "vhost") || (key6 === "tasks")) || (key6 === "results")) || (key6 === "dead_letter")) || (key6 === "retry")) || (key6 === "pool")) || (key6 === "events")) || (key6 === "users"))){
const err42 = {instancePath:instancePath+"/harness",schemaPath:"#/properties/harness/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.harness,data:data24};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data24.vhost !== undefined && func0.call(data24, "vhost")){
let data25 = data24.vhost;
if(typeof data25 !== "string"){
const err43 = {instancePath:instancePath+"/harness/vhost",schemaPath:"#/properties/harness/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.vhost.type,parentSchema:schema31.properties.harness.properties.vhost,data:data25};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data24.tasks !== undefined && func0.call(data24, "tasks")){
let data26 = data24.tasks;
if(typeof data26 !== "string"){
const err44 = {instancePath:instancePath+"/harness/tasks",schemaPath:"#/properties/harness/properties/tasks/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.tasks.type,parentSchema:schema31.properties.harness.properties.tasks,data:data26};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data24.results !== undefined && func0.call(data24, "results")){
let data27 = data24.results;
if(typeof data27 !== "string"){
const err45 = {instancePath:instancePath+"/harness/results",schemaPath:"#/properties/harness/properties/results/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.results.type,parentSchema:schema31.properties.harness.properties.results,data:data27};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data24.dead_letter !== undefined && func0.call(data24, "dead_letter")){
let data28 = data24.dead_letter;
if(typeof data28 !== "string"){
const err46 = {instancePath:instancePath+"/harness/dead_letter",schemaPath:"#/properties/harness/properties/dead_letter/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.dead_letter.type,parentSchema:schema31.properties.harness.properties.dead_letter,data:data28};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data24.retry !== undefined && func0.call(data24, "retry")){
let data29 = data24.retry;
if(Array.isArray(data29)){
const len6 = data29.length;
for(let i6=0; i6<len6; i6++){
let data30 = data29[i6];
if(typeof data30 !== "string"){
const err47 = {instancePath:instancePath+"/harness/retry/" + i6,schemaPath:"#/properties/harness/properties/retry/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.retry.items.type,parentSchema:schema31.properties.harness.properties.retry.items,data:data30};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/harness/retry",schemaPath:"#/properties/harness/properties/retry/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.harness.properties.retry.type,parentSchema:schema31.properties.harness.properties.retry,data:data29};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data24.pool !== undefined && func0.call(data24, "pool")){
let data31 = data24.pool;
if(typeof data31 !== "string"){
const err49 = {instancePath:instancePath+"/harness/pool",schemaPath:"#/properties/harness/properties/pool/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.pool.type,parentSchema:schema31.properties.harness.properties.pool,data:data31};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data24.events !== undefined && func0.call(data24, "events")){
let data32 = data24.events;
if(typeof data32 !== "string"){
const err50 = {instancePath:instancePath+"/harness/events",schemaPath:"#/properties/harness/properties/events/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.events.type,parentSchema:schema31.properties.harness.properties.events,data:data32};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data24.users !== undefined && func0.call(data24, "users")){
let data33 = data24.users;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
for(const key7 of Object.keys(data33)){
if(!((key7 === "workers") || (key7 === "coordinator"))){
const err51 = {instancePath:instancePath+"/harness/users",schemaPath:"#/properties/harness/properties/users/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.harness.properties.users,data:data33};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data33.workers !== undefined && func0.call(data33, "workers")){
let data34 = data33.workers;
if(Array.isArray(data34)){
if(data34.length < 1){
const err52 = {instancePath:instancePath+"/harness/users/workers",schemaPath:"#/properties/harness/properties/users/properties/workers/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.harness.properties.users.properties.workers,data:data34};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
const len7 = data34.length;
for(let i7=0; i7<len7; i7++){
let data35 = data34[i7];
if(typeof data35 !== "string"){
const err53 = {instancePath:instancePath+"/harness/users/workers/" + i7,schemaPath:"#/properties/harness/properties/users/properties/workers/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.users.properties.workers.items.type,parentSchema:schema31.properties.harness.properties.users.properties.workers.items,data:data35};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
}
else {
const err54 = {instancePath:instancePath+"/harness/users/workers",schemaPath:"#/properties/harness/properties/users/properties/workers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.harness.properties.users.properties.workers.type,parentSchema:schema31.properties.harness.properties.users.properties.workers,data:data34};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data33.coordinator !== undefined && func0.call(data33, "coordinator")){
let data36 = data33.coordinator;
if(typeof data36 !== "string"){
const err55 = {instancePath:instancePath+"/harness/users/coordinator",schemaPath:"#/properties/harness/properties/users/properties/coordinator/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.harness.properties.users.properties.coordinator.type,parentSchema:schema31.properties.harness.properties.users.properties.coordinator,data:data36};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/harness/users",schemaPath:"#/properties/harness/properties/users/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.harness.properties.users.type,parentSchema:schema31.properties.harness.properties.users,data:data33};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/harness",schemaPath:"#/properties/harness/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.harness.type,parentSchema:schema31.properties.harness,data:data24};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data.vhosts !== undefined && func0.call(data, "vhosts")){
let data37 = data.vhosts;
if(Array.isArray(data37)){
const len8 = data37.length;
for(let i8=0; i8<len8; i8++){
let data38 = data37[i8];
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
if((data38.name === undefined) || (!(func0.call(data38, "name")))){
const err58 = {instancePath:instancePath+"/vhosts/" + i8,schemaPath:"#/$defs/vhost/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema39.required,parentSchema:schema39,data:data38};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
for(const key8 of Object.keys(data38)){
if(!(((((((key8 === "name") || (key8 === "description")) || (key8 === "tags")) || (key8 === "default_queue_type")) || (key8 === "metadata")) || (key8 === "limits")) || (key8 === "tracing"))){
const err59 = {instancePath:instancePath+"/vhosts/" + i8,schemaPath:"#/$defs/vhost/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema39,data:data38};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data38.name !== undefined && func0.call(data38, "name")){
let data39 = data38.name;
if(typeof data39 !== "string"){
const err60 = {instancePath:instancePath+"/vhosts/" + i8+"/name",schemaPath:"#/$defs/vhost/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.name.type,parentSchema:schema39.properties.name,data:data39};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data38.description !== undefined && func0.call(data38, "description")){
let data40 = data38.description;
if(typeof data40 !== "string"){
const err61 = {instancePath:instancePath+"/vhosts/" + i8+"/description",schemaPath:"#/$defs/vhost/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.description.type,parentSchema:schema39.properties.description,data:data40};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data38.tags !== undefined && func0.call(data38, "tags")){
let data41 = data38.tags;
if(Array.isArray(data41)){
const len9 = data41.length;
for(let i9=0; i9<len9; i9++){
let data42 = data41[i9];
if(typeof data42 !== "string"){
const err62 = {instancePath:instancePath+"/vhosts/" + i8+"/tags/" + i9,schemaPath:"#/$defs/vhost/properties/tags/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.tags.items.type,parentSchema:schema39.properties.tags.items,data:data42};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/vhosts/" + i8+"/tags",schemaPath:"#/$defs/vhost/properties/tags/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema39.properties.tags.type,parentSchema:schema39.properties.tags,data:data41};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data38.default_queue_type !== undefined && func0.call(data38, "default_queue_type")){
let data43 = data38.default_queue_type;
if(typeof data43 !== "string"){
const err64 = {instancePath:instancePath+"/vhosts/" + i8+"/default_queue_type",schemaPath:"#/$defs/vhost/properties/default_queue_type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.default_queue_type.type,parentSchema:schema39.properties.default_queue_type,data:data43};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data38.metadata !== undefined && func0.call(data38, "metadata")){
let data44 = data38.metadata;
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
}
else {
const err65 = {instancePath:instancePath+"/vhosts/" + i8+"/metadata",schemaPath:"#/$defs/vhost/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.properties.metadata.type,parentSchema:schema39.properties.metadata,data:data44};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data38.limits !== undefined && func0.call(data38, "limits")){
let data45 = data38.limits;
if(!data45 || typeof data45 != "object"){
const err66 = {instancePath:instancePath+"/vhosts/" + i8+"/limits",schemaPath:"#/$defs/vhost/properties/limits/type",keyword:"type",params:{type: schema39.properties.limits.type},message:"must be object,array",schema:schema39.properties.limits.type,parentSchema:schema39.properties.limits,data:data45};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data38.tracing !== undefined && func0.call(data38, "tracing")){
let data46 = data38.tracing;
if(typeof data46 !== "boolean"){
const err67 = {instancePath:instancePath+"/vhosts/" + i8+"/tracing",schemaPath:"#/$defs/vhost/properties/tracing/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema39.properties.tracing.type,parentSchema:schema39.properties.tracing,data:data46};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
else {
const err68 = {instancePath:instancePath+"/vhosts/" + i8,schemaPath:"#/$defs/vhost/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.type,parentSchema:schema39,data:data38};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/vhosts",schemaPath:"#/properties/vhosts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.vhosts.type,parentSchema:schema31.properties.vhosts,data:data37};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data.users !== undefined && func0.call(data, "users")){
let data47 = data.users;
if(Array.isArray(data47)){
const len10 = data47.length;
for(let i10=0; i10<len10; i10++){
let data48 = data47[i10];
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if((data48.name === undefined) || (!(func0.call(data48, "name")))){
const err70 = {instancePath:instancePath+"/users/" + i10,schemaPath:"#/$defs/user/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema40.required,parentSchema:schema40,data:data48};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
for(const key9 of Object.keys(data48)){
if(!((((((key9 === "name") || (key9 === "password")) || (key9 === "password_hash")) || (key9 === "hashing_algorithm")) || (key9 === "tags")) || (key9 === "limits"))){
const err71 = {instancePath:instancePath+"/users/" + i10,schemaPath:"#/$defs/user/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema40,data:data48};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data48.name !== undefined && func0.call(data48, "name")){
let data49 = data48.name;
if(typeof data49 !== "string"){
const err72 = {instancePath:instancePath+"/users/" + i10+"/name",schemaPath:"#/$defs/user/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.name.type,parentSchema:schema40.properties.name,data:data49};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data48.password !== undefined && func0.call(data48, "password")){
let data50 = data48.password;
if(typeof data50 !== "string"){
const err73 = {instancePath:instancePath+"/users/" + i10+"/password",schemaPath:"#/$defs/user/properties/password/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.password.type,parentSchema:schema40.properties.password,data:data50};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data48.password_hash !== undefined && func0.call(data48, "password_hash")){
let data51 = data48.password_hash;
if(typeof data51 !== "string"){
const err74 = {instancePath:instancePath+"/users/" + i10+"/password_hash",schemaPath:"#/$defs/user/properties/password_hash/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.password_hash.type,parentSchema:schema40.properties.password_hash,data:data51};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data48.hashing_algorithm !== undefined && func0.call(data48, "hashing_algorithm")){
let data52 = data48.hashing_algorithm;
if(typeof data52 !== "string"){
const err75 = {instancePath:instancePath+"/users/" + i10+"/hashing_algorithm",schemaPath:"#/$defs/user/properties/hashing_algorithm/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.hashing_algorithm.type,parentSchema:schema40.properties.hashing_algorithm,data:data52};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data48.tags !== undefined && func0.call(data48, "tags")){
let data53 = data48.tags;
const _errs151 = errors;
let valid47 = false;
const _errs152 = errors;
if(Array.isArray(data53)){
const len11 = data53.length;
for(let i11=0; i11<len11; i11++){
let data54 = data53[i11];
if(typeof data54 !== "string"){
const err76 = {instancePath:instancePath+"/users/" + i10+"/tags/" + i11,schemaPath:"#/$defs/user/properties/tags/anyOf/0/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.tags.anyOf[0].items.type,parentSchema:schema40.properties.tags.anyOf[0].items,data:data54};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
else {
const err77 = {instancePath:instancePath+"/users/" + i10+"/tags",schemaPath:"#/$defs/user/properties/tags/anyOf/0/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.tags.anyOf[0].type,parentSchema:schema40.properties.tags.anyOf[0],data:data53};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
var _valid6 = _errs152 === errors;
valid47 = valid47 || _valid6;
const _errs156 = errors;
if(typeof data53 !== "string"){
const err78 = {instancePath:instancePath+"/users/" + i10+"/tags",schemaPath:"#/$defs/user/properties/tags/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.tags.anyOf[1].type,parentSchema:schema40.properties.tags.anyOf[1],data:data53};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
var _valid6 = _errs156 === errors;
valid47 = valid47 || _valid6;
if(!valid47){
const err79 = {instancePath:instancePath+"/users/" + i10+"/tags",schemaPath:"#/$defs/user/properties/tags/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.properties.tags.anyOf,parentSchema:schema40.properties.tags,data:data53};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
else {
errors = _errs151;
if(vErrors !== null){
if(_errs151){
vErrors.length = _errs151;
}
else {
vErrors = null;
}
}
}
}
if(data48.limits !== undefined && func0.call(data48, "limits")){
let data55 = data48.limits;
if(!data55 || typeof data55 != "object"){
const err80 = {instancePath:instancePath+"/users/" + i10+"/limits",schemaPath:"#/$defs/user/properties/limits/type",keyword:"type",params:{type: schema40.properties.limits.type},message:"must be object,array",schema:schema40.properties.limits.type,parentSchema:schema40.properties.limits,data:data55};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
}
else {
const err81 = {instancePath:instancePath+"/users/" + i10,schemaPath:"#/$defs/user/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.type,parentSchema:schema40,data:data48};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
}
else {
const err82 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.users.type,parentSchema:schema31.properties.users,data:data47};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data.permissions !== undefined && func0.call(data, "permissions")){
let data56 = data.permissions;
if(Array.isArray(data56)){
const len12 = data56.length;
for(let i12=0; i12<len12; i12++){
let data57 = data56[i12];
if(data57 && typeof data57 == "object" && !Array.isArray(data57)){
if((data57.user === undefined) || (!(func0.call(data57, "user")))){
const err83 = {instancePath:instancePath+"/permissions/" + i12,schemaPath:"#/$defs/permission/required",keyword:"required",params:{missingProperty: "user"},message:"must have required property '"+"user"+"'",schema:schema41.required,parentSchema:schema41,data:data57};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if((data57.configure === undefined) || (!(func0.call(data57, "configure")))){
const err84 = {instancePath:instancePath+"/permissions/" + i12,schemaPath:"#/$defs/permission/required",keyword:"required",params:{missingProperty: "configure"},message:"must have required property '"+"configure"+"'",schema:schema41.required,parentSchema:schema41,data:data57};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if((data57.write === undefined) || (!(func0.call(data57, "write")))){
const err85 = {instancePath:instancePath+"/permissions/" + i12,schemaPath:"#/$defs/permission/required",keyword:"required",params:{missingProperty: "write"},message:"must have required property '"+"write"+"'",schema:schema41.required,parentSchema:schema41,data:data57};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if((data57.read === undefined) || (!(func0.call(data57, "read")))){
const err86 = {instancePath:instancePath+"/permissions/" + i12,schemaPath:"#/$defs/permission/required",keyword:"required",params:{missingProperty: "read"},message:"must have required property '"+"read"+"'",schema:schema41.required,parentSchema:schema41,data:data57};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
for(const key10 of Object.keys(data57)){
if(!(((((key10 === "user") || (key10 === "vhost")) || (key10 === "configure")) || (key10 === "write")) || (key10 === "read"))){
const err87 = {instancePath:instancePath+"/permissions/" + i12,schemaPath:"#/$defs/permission/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties",schema:false,parentSchema:schema41,data:data57};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data57.user !== undefined && func0.call(data57, "user")){
let data58 = data57.user;
if(typeof data58 !== "string"){
const err88 = {instancePath:instancePath+"/permissions/" + i12+"/user",schemaPath:"#/$defs/permission/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.user.type,parentSchema:schema41.properties.user,data:data58};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data57.vhost !== undefined && func0.call(data57, "vhost")){
let data59 = data57.vhost;
if(typeof data59 !== "string"){
const err89 = {instancePath:instancePath+"/permissions/" + i12+"/vhost",schemaPath:"#/$defs/permission/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.vhost.type,parentSchema:schema41.properties.vhost,data:data59};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data57.configure !== undefined && func0.call(data57, "configure")){
let data60 = data57.configure;
if(typeof data60 !== "string"){
const err90 = {instancePath:instancePath+"/permissions/" + i12+"/configure",schemaPath:"#/$defs/permission/properties/configure/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.configure.type,parentSchema:schema41.properties.configure,data:data60};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data57.write !== undefined && func0.call(data57, "write")){
let data61 = data57.write;
if(typeof data61 !== "string"){
const err91 = {instancePath:instancePath+"/permissions/" + i12+"/write",schemaPath:"#/$defs/permission/properties/write/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.write.type,parentSchema:schema41.properties.write,data:data61};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data57.read !== undefined && func0.call(data57, "read")){
let data62 = data57.read;
if(typeof data62 !== "string"){
const err92 = {instancePath:instancePath+"/permissions/" + i12+"/read",schemaPath:"#/$defs/permission/properties/read/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.read.type,parentSchema:schema41.properties.read,data:data62};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
}
else {
const err93 = {instancePath:instancePath+"/permissions/" + i12,schemaPath:"#/$defs/permission/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data:data57};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
}
else {
const err94 = {instancePath:instancePath+"/permissions",schemaPath:"#/properties/permissions/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.permissions.type,parentSchema:schema31.properties.permissions,data:data56};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
if(data.topic_permissions !== undefined && func0.call(data, "topic_permissions")){
let data63 = data.topic_permissions;
if(Array.isArray(data63)){
const len13 = data63.length;
for(let i13=0; i13<len13; i13++){
let data64 = data63[i13];
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
if((data64.user === undefined) || (!(func0.call(data64, "user")))){
const err95 = {instancePath:instancePath+"/topic_permissions/" + i13,schemaPath:"#/$defs/topic_permission/required",keyword:"required",params:{missingProperty: "user"},message:"must have required property '"+"user"+"'",schema:schema42.required,parentSchema:schema42,data:data64};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if((data64.exchange === undefined) || (!(func0.call(data64, "exchange")))){
const err96 = {instancePath:instancePath+"/topic_permissions/" + i13,schemaPath:"#/$defs/topic_permission/required",keyword:"required",params:{missingProperty: "exchange"},message:"must have required property '"+"exchange"+"'",schema:schema42.required,parentSchema:schema42,data:data64};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
if((data64.write === undefined) || (!(func0.call(data64, "write")))){
const err97 = {instancePath:instancePath+"/topic_permissions/" + i13,schemaPath:"#/$defs/topic_permission/required",keyword:"required",params:{missingProperty: "write"},message:"must have required property '"+"write"+"'",schema:schema42.required,parentSchema:schema42,data:data64};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((data64.read === undefined) || (!(func0.call(data64, "read")))){
const err98 = {instancePath:instancePath+"/topic_permissions/" + i13,schemaPath:"#/$defs/topic_permission/required",keyword:"required",params:{missingProperty: "read"},message:"must have required property '"+"read"+"'",schema:schema42.required,parentSchema:schema42,data:data64};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
for(const key11 of Object.keys(data64)){
if(!(((((key11 === "user") || (key11 === "vhost")) || (key11 === "exchange")) || (key11 === "write")) || (key11 === "read"))){
const err99 = {instancePath:instancePath+"/topic_permissions/" + i13,schemaPath:"#/$defs/topic_permission/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties",schema:false,parentSchema:schema42,data:data64};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data64.user !== undefined && func0.call(data64, "user")){
let data65 = data64.user;
if(typeof data65 !== "string"){
const err100 = {instancePath:instancePath+"/topic_permissions/" + i13+"/user",schemaPath:"#/$defs/topic_permission/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.user.type,parentSchema:schema42.properties.user,data:data65};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data64.vhost !== undefined && func0.call(data64, "vhost")){
let data66 = data64.vhost;
if(typeof data66 !== "string"){
const err101 = {instancePath:instancePath+"/topic_permissions/" + i13+"/vhost",schemaPath:"#/$defs/topic_permission/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.vhost.type,parentSchema:schema42.properties.vhost,data:data66};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data64.exchange !== undefined && func0.call(data64, "exchange")){
let data67 = data64.exchange;
if(typeof data67 !== "string"){
const err102 = {instancePath:instancePath+"/topic_permissions/" + i13+"/exchange",schemaPath:"#/$defs/topic_permission/properties/exchange/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.exchange.type,parentSchema:schema42.properties.exchange,data:data67};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
if(data64.write !== undefined && func0.call(data64, "write")){
let data68 = data64.write;
if(typeof data68 !== "string"){
const err103 = {instancePath:instancePath+"/topic_permissions/" + i13+"/write",schemaPath:"#/$defs/topic_permission/properties/write/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.write.type,parentSchema:schema42.properties.write,data:data68};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data64.read !== undefined && func0.call(data64, "read")){
let data69 = data64.read;
if(typeof data69 !== "string"){
const err104 = {instancePath:instancePath+"/topic_permissions/" + i13+"/read",schemaPath:"#/$defs/topic_permission/properties/read/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.read.type,parentSchema:schema42.properties.read,data:data69};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
}
else {
const err105 = {instancePath:instancePath+"/topic_permissions/" + i13,schemaPath:"#/$defs/topic_permission/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.type,parentSchema:schema42,data:data64};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
}
else {
const err106 = {instancePath:instancePath+"/topic_permissions",schemaPath:"#/properties/topic_permissions/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.topic_permissions.type,parentSchema:schema31.properties.topic_permissions,data:data63};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
if(data.policies !== undefined && func0.call(data, "policies")){
let data70 = data.policies;
if(Array.isArray(data70)){
const len14 = data70.length;
for(let i14=0; i14<len14; i14++){
let data71 = data70[i14];
if(data71 && typeof data71 == "object" && !Array.isArray(data71)){
if((data71.name === undefined) || (!(func0.call(data71, "name")))){
const err107 = {instancePath:instancePath+"/policies/" + i14,schemaPath:"#/$defs/policy/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema43.required,parentSchema:schema43,data:data71};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if((data71.pattern === undefined) || (!(func0.call(data71, "pattern")))){
const err108 = {instancePath:instancePath+"/policies/" + i14,schemaPath:"#/$defs/policy/required",keyword:"required",params:{missingProperty: "pattern"},message:"must have required property '"+"pattern"+"'",schema:schema43.required,parentSchema:schema43,data:data71};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if((data71.definition === undefined) || (!(func0.call(data71, "definition")))){
const err109 = {instancePath:instancePath+"/policies/" + i14,schemaPath:"#/$defs/policy/required",keyword:"required",params:{missingProperty: "definition"},message:"must have required property '"+"definition"+"'",schema:schema43.required,parentSchema:schema43,data:data71};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
for(const key12 of Object.keys(data71)){
if(!((((((key12 === "name") || (key12 === "vhost")) || (key12 === "pattern")) || (key12 === "apply-to")) || (key12 === "definition")) || (key12 === "priority"))){
const err110 = {instancePath:instancePath+"/policies/" + i14,schemaPath:"#/$defs/policy/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties",schema:false,parentSchema:schema43,data:data71};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data71.name !== undefined && func0.call(data71, "name")){
let data72 = data71.name;
if(typeof data72 !== "string"){
const err111 = {instancePath:instancePath+"/policies/" + i14+"/name",schemaPath:"#/$defs/policy/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.name.type,parentSchema:schema43.properties.name,data:data72};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data71.vhost !== undefined && func0.call(data71, "vhost")){
let data73 = data71.vhost;
if(typeof data73 !== "string"){
const err112 = {instancePath:instancePath+"/policies/" + i14+"/vhost",schemaPath:"#/$defs/policy/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.vhost.type,parentSchema:schema43.properties.vhost,data:data73};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data71.pattern !== undefined && func0.call(data71, "pattern")){
let data74 = data71.pattern;
if(typeof data74 !== "string"){
const err113 = {instancePath:instancePath+"/policies/" + i14+"/pattern",schemaPath:"#/$defs/policy/properties/pattern/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.pattern.type,parentSchema:schema43.properties.pattern,data:data74};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
if(data71["apply-to"] !== undefined && func0.call(data71, "apply-to")){
let data75 = data71["apply-to"];
if(!((((((data75 === "all") || (data75 === "queues")) || (data75 === "exchanges")) || (data75 === "classic_queues")) || (data75 === "quorum_queues")) || (data75 === "streams"))){
const err114 = {instancePath:instancePath+"/policies/" + i14+"/apply-to",schemaPath:"#/$defs/policy/properties/apply-to/enum",keyword:"enum",params:{allowedValues: schema43.properties["apply-to"].enum},message:"must be equal to one of the allowed values",schema:schema43.properties["apply-to"].enum,parentSchema:schema43.properties["apply-to"],data:data75};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data71.definition !== undefined && func0.call(data71, "definition")){
let data76 = data71.definition;
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
}
else {
const err115 = {instancePath:instancePath+"/policies/" + i14+"/definition",schemaPath:"#/$defs/policy/properties/definition/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema43.properties.definition.type,parentSchema:schema43.properties.definition,data:data76};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data71.priority !== undefined && func0.call(data71, "priority")){
let data77 = data71.priority;
if(!(((typeof data77 == "number") && (!(data77 % 1) && !isNaN(data77))) && (isFinite(data77)))){
const err116 = {instancePath:instancePath+"/policies/" + i14+"/priority",schemaPath:"#/$defs/policy/properties/priority/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.properties.priority.type,parentSchema:schema43.properties.priority,data:data77};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
}
else {
const err117 = {instancePath:instancePath+"/policies/" + i14,schemaPath:"#/$defs/policy/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema43.type,parentSchema:schema43,data:data71};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
}
else {
const err118 = {instancePath:instancePath+"/policies",schemaPath:"#/properties/policies/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.policies.type,parentSchema:schema31.properties.policies,data:data70};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
if(data.parameters !== undefined && func0.call(data, "parameters")){
let data78 = data.parameters;
if(Array.isArray(data78)){
const len15 = data78.length;
for(let i15=0; i15<len15; i15++){
let data79 = data78[i15];
if(data79 && typeof data79 == "object" && !Array.isArray(data79)){
if((data79.name === undefined) || (!(func0.call(data79, "name")))){
const err119 = {instancePath:instancePath+"/parameters/" + i15,schemaPath:"#/$defs/parameter/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema44.required,parentSchema:schema44,data:data79};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
if((data79.component === undefined) || (!(func0.call(data79, "component")))){
const err120 = {instancePath:instancePath+"/parameters/" + i15,schemaPath:"#/$defs/parameter/required",keyword:"required",params:{missingProperty: "component"},message:"must have required property '"+"component"+"'",schema:schema44.required,parentSchema:schema44,data:data79};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
if((data79.value === undefined) || (!(func0.call(data79, "value")))){
const err121 = {instancePath:instancePath+"/parameters/" + i15,schemaPath:"#/$defs/parameter/required",keyword:"required",params:{missingProperty: "value"},message:"must have required property '"+"value"+"'",schema:schema44.required,parentSchema:schema44,data:data79};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
for(const key13 of Object.keys(data79)){
if(!((((key13 === "name") || (key13 === "vhost")) || (key13 === "component")) || (key13 === "value"))){
const err122 = {instancePath:instancePath+"/parameters/" + i15,schemaPath:"#/$defs/parameter/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties",schema:false,parentSchema:schema44,data:data79};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(data79.name !== undefined && func0.call(data79, "name")){
let data80 = data79.name;
if(typeof data80 !== "string"){
const err123 = {instancePath:instancePath+"/parameters/" + i15+"/name",schemaPath:"#/$defs/parameter/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.name.type,parentSchema:schema44.properties.name,data:data80};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
if(data79.vhost !== undefined && func0.call(data79, "vhost")){
let data81 = data79.vhost;
if(typeof data81 !== "string"){
const err124 = {instancePath:instancePath+"/parameters/" + i15+"/vhost",schemaPath:"#/$defs/parameter/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.vhost.type,parentSchema:schema44.properties.vhost,data:data81};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data79.component !== undefined && func0.call(data79, "component")){
let data82 = data79.component;
if(typeof data82 !== "string"){
const err125 = {instancePath:instancePath+"/parameters/" + i15+"/component",schemaPath:"#/$defs/parameter/properties/component/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.component.type,parentSchema:schema44.properties.component,data:data82};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
}
else {
const err126 = {instancePath:instancePath+"/parameters/" + i15,schemaPath:"#/$defs/parameter/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.type,parentSchema:schema44,data:data79};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
}
else {
const err127 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.parameters.type,parentSchema:schema31.properties.parameters,data:data78};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
if(data.global_parameters !== undefined && func0.call(data, "global_parameters")){
let data83 = data.global_parameters;
if(Array.isArray(data83)){
const len16 = data83.length;
for(let i16=0; i16<len16; i16++){
let data84 = data83[i16];
if(data84 && typeof data84 == "object" && !Array.isArray(data84)){
if((data84.name === undefined) || (!(func0.call(data84, "name")))){
const err128 = {instancePath:instancePath+"/global_parameters/" + i16,schemaPath:"#/$defs/global_parameter/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema45.required,parentSchema:schema45,data:data84};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
if((data84.value === undefined) || (!(func0.call(data84, "value")))){
const err129 = {instancePath:instancePath+"/global_parameters/" + i16,schemaPath:"#/$defs/global_parameter/required",keyword:"required",params:{missingProperty: "value"},message:"must have required property '"+"value"+"'",schema:schema45.required,parentSchema:schema45,data:data84};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
for(const key14 of Object.keys(data84)){
if(!((key14 === "name") || (key14 === "value"))){
const err130 = {instancePath:instancePath+"/global_parameters/" + i16,schemaPath:"#/$defs/global_parameter/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties",schema:false,parentSchema:schema45,data:data84};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
if(data84.name !== undefined && func0.call(data84, "name")){
let data85 = data84.name;
if(typeof data85 !== "string"){
const err131 = {instancePath:instancePath+"/global_parameters/" + i16+"/name",schemaPath:"#/$defs/global_parameter/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.properties.name.type,parentSchema:schema45.properties.name,data:data85};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
}
else {
const err132 = {instancePath:instancePath+"/global_parameters/" + i16,schemaPath:"#/$defs/global_parameter/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema45.type,parentSchema:schema45,data:data84};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
}
else {
const err133 = {instancePath:instancePath+"/global_parameters",schemaPath:"#/properties/global_parameters/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.global_parameters.type,parentSchema:schema31.properties.global_parameters,data:data83};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
if(data.rabbit_version !== undefined && func0.call(data, "rabbit_version")){
let data86 = data.rabbit_version;
if(typeof data86 !== "string"){
const err134 = {instancePath:instancePath+"/rabbit_version",schemaPath:"#/properties/rabbit_version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.rabbit_version.type,parentSchema:schema31.properties.rabbit_version,data:data86};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data.rabbitmq_version !== undefined && func0.call(data, "rabbitmq_version")){
let data87 = data.rabbitmq_version;
if(typeof data87 !== "string"){
const err135 = {instancePath:instancePath+"/rabbitmq_version",schemaPath:"#/properties/rabbitmq_version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.rabbitmq_version.type,parentSchema:schema31.properties.rabbitmq_version,data:data87};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data.product_name !== undefined && func0.call(data, "product_name")){
let data88 = data.product_name;
if(typeof data88 !== "string"){
const err136 = {instancePath:instancePath+"/product_name",schemaPath:"#/properties/product_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.product_name.type,parentSchema:schema31.properties.product_name,data:data88};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data.product_version !== undefined && func0.call(data, "product_version")){
let data89 = data.product_version;
if(typeof data89 !== "string"){
const err137 = {instancePath:instancePath+"/product_version",schemaPath:"#/properties/product_version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.product_version.type,parentSchema:schema31.properties.product_version,data:data89};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data.rabbitmq_definition_format !== undefined && func0.call(data, "rabbitmq_definition_format")){
let data90 = data.rabbitmq_definition_format;
if(typeof data90 !== "string"){
const err138 = {instancePath:instancePath+"/rabbitmq_definition_format",schemaPath:"#/properties/rabbitmq_definition_format/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.rabbitmq_definition_format.type,parentSchema:schema31.properties.rabbitmq_definition_format,data:data90};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data.original_cluster_name !== undefined && func0.call(data, "original_cluster_name")){
let data91 = data.original_cluster_name;
if(typeof data91 !== "string"){
const err139 = {instancePath:instancePath+"/original_cluster_name",schemaPath:"#/properties/original_cluster_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.original_cluster_name.type,parentSchema:schema31.properties.original_cluster_name,data:data91};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
if(data.original_vhost_name !== undefined && func0.call(data, "original_vhost_name")){
let data92 = data.original_vhost_name;
if(typeof data92 !== "string"){
const err140 = {instancePath:instancePath+"/original_vhost_name",schemaPath:"#/properties/original_vhost_name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.original_vhost_name.type,parentSchema:schema31.properties.original_vhost_name,data:data92};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data.exported_by !== undefined && func0.call(data, "exported_by")){
let data93 = data.exported_by;
if(typeof data93 !== "string"){
const err141 = {instancePath:instancePath+"/exported_by",schemaPath:"#/properties/exported_by/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.exported_by.type,parentSchema:schema31.properties.exported_by,data:data93};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data.explanation !== undefined && func0.call(data, "explanation")){
let data94 = data.explanation;
if(typeof data94 !== "string"){
const err142 = {instancePath:instancePath+"/explanation",schemaPath:"#/properties/explanation/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.explanation.type,parentSchema:schema31.properties.explanation,data:data94};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
if(data.description !== undefined && func0.call(data, "description")){
let data95 = data.description;
if(typeof data95 !== "string"){
const err143 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.description.type,parentSchema:schema31.properties.description,data:data95};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data.default_queue_type !== undefined && func0.call(data, "default_queue_type")){
let data96 = data.default_queue_type;
if(typeof data96 !== "string"){
const err144 = {instancePath:instancePath+"/default_queue_type",schemaPath:"#/properties/default_queue_type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.default_queue_type.type,parentSchema:schema31.properties.default_queue_type,data:data96};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
if(data.metadata !== undefined && func0.call(data, "metadata")){
let data97 = data.metadata;
if(data97 && typeof data97 == "object" && !Array.isArray(data97)){
}
else {
const err145 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.metadata.type,parentSchema:schema31.properties.metadata,data:data97};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
if(data.limits !== undefined && func0.call(data, "limits")){
let data98 = data.limits;
if(!data98 || typeof data98 != "object"){
const err146 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: schema31.properties.limits.type},message:"must be object,array",schema:schema31.properties.limits.type,parentSchema:schema31.properties.limits,data:data98};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
if(data.tags !== undefined && func0.call(data, "tags")){
let data99 = data.tags;
if(Array.isArray(data99)){
const len17 = data99.length;
for(let i17=0; i17<len17; i17++){
let data100 = data99[i17];
if(typeof data100 !== "string"){
const err147 = {instancePath:instancePath+"/tags/" + i17,schemaPath:"#/properties/tags/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.tags.items.type,parentSchema:schema31.properties.tags.items,data:data100};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
}
else {
const err148 = {instancePath:instancePath+"/tags",schemaPath:"#/properties/tags/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.tags.type,parentSchema:schema31.properties.tags,data:data99};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
}
else {
const err149 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const exchange = validate21;
const schema46 = {"type":"object","additionalProperties":false,"properties":{"for_each":{"$ref":"#/$defs/for_each"},"name":{"type":"string"},"vhost":{"type":"string"},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"internal":{"type":"boolean"},"arguments":{"type":"object","properties":{"alternate-exchange":{"type":"string"},"x-delayed-type":{"type":"string"},"x-super-stream":{"type":"boolean"},"hash-header":{"type":"string"},"hash-property":{"type":"string"},"x-recent-history-length":{"type":"integer","minimum":1},"x-recent-history-no-store":{"type":"boolean"},"x-cache-size":{"type":"integer","minimum":1},"x-cache-ttl":{"type":"integer","minimum":1},"x-cache-persistence":{"type":"string"}},"additionalProperties":true}},"required":["name","type"]};
const schema47 = {"anyOf":[{"type":"object","minProperties":1,"additionalProperties":{"anyOf":[{"type":"string"},{"type":"array","items":{"$ref":"#/$defs/scalar"}}]}},{"type":"array","items":{"type":"object","minProperties":1,"additionalProperties":{"$ref":"#/$defs/scalar"}}}]};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/anyOf/0/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema47.anyOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
let data0 = data[key0];
const _errs5 = errors;
let valid2 = false;
const _errs6 = errors;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/anyOf/0/additionalProperties/anyOf/0/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema47.anyOf[0].additionalProperties.anyOf[0].type,parentSchema:schema47.anyOf[0].additionalProperties.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid1 = _errs6 === errors;
valid2 = valid2 || _valid1;
const _errs8 = errors;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if((((typeof data1 !== "string") && (!((typeof data1 == "number") && (isFinite(data1))))) && (typeof data1 !== "boolean")) && (data1 !== null)){
const err2 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/$defs/scalar/type",keyword:"type",params:{type: schema32.type},message:"must be string,number,boolean,null",schema:schema32.type,parentSchema:schema32,data:data1};
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
else {
const err3 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/anyOf/0/additionalProperties/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.anyOf[0].additionalProperties.anyOf[1].type,parentSchema:schema47.anyOf[0].additionalProperties.anyOf[1],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid1 = _errs8 === errors;
valid2 = valid2 || _valid1;
if(!valid2){
const err4 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/anyOf/0/additionalProperties/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema47.anyOf[0].additionalProperties.anyOf,parentSchema:schema47.anyOf[0].additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/anyOf/0/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.anyOf[0].type,parentSchema:schema47.anyOf[0],data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var props0 = true;
}
const _errs13 = errors;
if(Array.isArray(data)){
const len1 = data.length;
for(let i1=0; i1<len1; i1++){
let data2 = data[i1];
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length < 1){
const err6 = {instancePath:instancePath+"/" + i1,schemaPath:"#/anyOf/1/items/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema47.anyOf[1].items,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
for(const key1 of Object.keys(data2)){
let data3 = data2[key1];
if((((typeof data3 !== "string") && (!((typeof data3 == "number") && (isFinite(data3))))) && (typeof data3 !== "boolean")) && (data3 !== null)){
const err7 = {instancePath:instancePath+"/" + i1+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/scalar/type",keyword:"type",params:{type: schema32.type},message:"must be string,number,boolean,null",schema:schema32.type,parentSchema:schema32,data:data3};
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
const err8 = {instancePath:instancePath+"/" + i1,schemaPath:"#/anyOf/1/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.anyOf[1].items.type,parentSchema:schema47.anyOf[1].items,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.anyOf[1].type,parentSchema:schema47.anyOf[1],data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var items1 = true;
}
if(!valid0){
const err10 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema47.anyOf,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate22.errors = vErrors;
evaluated0.props = props0;
evaluated0.items = items1;
return errors === 0;
}
validate22.evaluated = {"dynamicProps":true,"dynamicItems":true};


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
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.name === undefined) || (!(func0.call(data, "name")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema46.required,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.type === undefined) || (!(func0.call(data, "type")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema46.required,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((((((key0 === "for_each") || (key0 === "name")) || (key0 === "vhost")) || (key0 === "type")) || (key0 === "durable")) || (key0 === "auto_delete")) || (key0 === "internal")) || (key0 === "arguments"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.for_each !== undefined && func0.call(data, "for_each")){
if(!(validate22(data.for_each, {instancePath:instancePath+"/for_each",parentData:data,parentDataProperty:"for_each",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.name !== undefined && func0.call(data, "name")){
let data1 = data.name;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.name.type,parentSchema:schema46.properties.name,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.vhost !== undefined && func0.call(data, "vhost")){
let data2 = data.vhost;
if(typeof data2 !== "string"){
const err4 = {instancePath:instancePath+"/vhost",schemaPath:"#/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.vhost.type,parentSchema:schema46.properties.vhost,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.type !== undefined && func0.call(data, "type")){
let data3 = data.type;
if(typeof data3 !== "string"){
const err5 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.type.type,parentSchema:schema46.properties.type,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.durable !== undefined && func0.call(data, "durable")){
let data4 = data.durable;
if(typeof data4 !== "boolean"){
const err6 = {instancePath:instancePath+"/durable",schemaPath:"#/properties/durable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema46.properties.durable.type,parentSchema:schema46.properties.durable,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.auto_delete !== undefined && func0.call(data, "auto_delete")){
let data5 = data.auto_delete;
if(typeof data5 !== "boolean"){
const err7 = {instancePath:instancePath+"/auto_delete",schemaPath:"#/properties/auto_delete/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema46.properties.auto_delete.type,parentSchema:schema46.properties.auto_delete,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.internal !== undefined && func0.call(data, "internal")){
let data6 = data.internal;
if(typeof data6 !== "boolean"){
const err8 = {instancePath:instancePath+"/internal",schemaPath:"#/properties/internal/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema46.properties.internal.type,parentSchema:schema46.properties.internal,data:data6};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.arguments !== undefined && func0.call(data, "arguments")){
let data7 = data.arguments;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7["alternate-exchange"] !== undefined && func0.call(data7, "alternate-exchange")){
let data8 = data7["alternate-exchange"];
if(typeof data8 !== "string"){
const err9 = {instancePath:instancePath+"/arguments/alternate-exchange",schemaPath:"#/properties/arguments/properties/alternate-exchange/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.arguments.properties["alternate-exchange"].type,parentSchema:schema46.properties.arguments.properties["alternate-exchange"],data:data8};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data7["x-delayed-type"] !== undefined && func0.call(data7, "x-delayed-type")){
let data9 = data7["x-delayed-type"];
if(typeof data9 !== "string"){
const err10 = {instancePath:instancePath+"/arguments/x-delayed-type",schemaPath:"#/properties/arguments/properties/x-delayed-type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.arguments.properties["x-delayed-type"].type,parentSchema:schema46.properties.arguments.properties["x-delayed-type"],data:data9};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data7["x-super-stream"] !== undefined && func0.call(data7, "x-super-stream")){
let data10 = data7["x-super-stream"];
if(typeof data10 !== "boolean"){
const err11 = {instancePath:instancePath+"/arguments/x-super-stream",schemaPath:"#/properties/arguments/properties/x-super-stream/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema46.properties.arguments.properties["x-super-stream"].type,parentSchema:schema46.properties.arguments.properties["x-super-stream"],data:data10};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data7["hash-header"] !== undefined && func0.call(data7, "hash-header")){
let data11 = data7["hash-header"];
if(typeof data11 !== "string"){
const err12 = {instancePath:instancePath+"/arguments/hash-header",schemaPath:"#/properties/arguments/properties/hash-header/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.arguments.properties["hash-header"].type,parentSchema:schema46.properties.arguments.properties["hash-header"],data:data11};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data7["hash-property"] !== undefined && func0.call(data7, "hash-property")){
let data12 = data7["hash-property"];
if(typeof data12 !== "string"){
const err13 = {instancePath:instancePath+"/arguments/hash-property",schemaPath:"#/properties/arguments/properties/hash-property/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.arguments.properties["hash-property"].type,parentSchema:schema46.properties.arguments.properties["hash-property"],data:data12};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data7["x-recent-history-length"] !== undefined && func0.call(data7, "x-recent-history-length")){
let data13 = data7["x-recent-history-length"];
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
const err14 = {instancePath:instancePath+"/arguments/x-recent-history-length",schemaPath:"#/properties/arguments/properties/x-recent-history-length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema46.properties.arguments.properties["x-recent-history-length"].type,parentSchema:schema46.properties.arguments.properties["x-recent-history-length"],data:data13};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 < 1 || isNaN(data13)){
const err15 = {instancePath:instancePath+"/arguments/x-recent-history-length",schemaPath:"#/properties/arguments/properties/x-recent-history-length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema46.properties.arguments.properties["x-recent-history-length"],data:data13};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data7["x-recent-history-no-store"] !== undefined && func0.call(data7, "x-recent-history-no-store")){
let data14 = data7["x-recent-history-no-store"];
if(typeof data14 !== "boolean"){
const err16 = {instancePath:instancePath+"/arguments/x-recent-history-no-store",schemaPath:"#/properties/arguments/properties/x-recent-history-no-store/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema46.properties.arguments.properties["x-recent-history-no-store"].type,parentSchema:schema46.properties.arguments.properties["x-recent-history-no-store"],data:data14};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data7["x-cache-size"] !== undefined && func0.call(data7, "x-cache-size")){
let data15 = data7["x-cache-size"];
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
const err17 = {instancePath:instancePath+"/arguments/x-cache-size",schemaPath:"#/properties/arguments/properties/x-cache-size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema46.properties.arguments.properties["x-cache-size"].type,parentSchema:schema46.properties.arguments.properties["x-cache-size"],data:data15};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 < 1 || isNaN(data15)){
const err18 = {instancePath:instancePath+"/arguments/x-cache-size",schemaPath:"#/properties/arguments/properties/x-cache-size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema46.properties.arguments.properties["x-cache-size"],data:data15};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
if(data7["x-cache-ttl"] !== undefined && func0.call(data7, "x-cache-ttl")){
let data16 = data7["x-cache-ttl"];
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err19 = {instancePath:instancePath+"/arguments/x-cache-ttl",schemaPath:"#/properties/arguments/properties/x-cache-ttl/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema46.properties.arguments.properties["x-cache-ttl"].type,parentSchema:schema46.properties.arguments.properties["x-cache-ttl"],data:data16};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 1 || isNaN(data16)){
const err20 = {instancePath:instancePath+"/arguments/x-cache-ttl",schemaPath:"#/properties/arguments/properties/x-cache-ttl/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema46.properties.arguments.properties["x-cache-ttl"],data:data16};
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
if(data7["x-cache-persistence"] !== undefined && func0.call(data7, "x-cache-persistence")){
let data17 = data7["x-cache-persistence"];
if(typeof data17 !== "string"){
const err21 = {instancePath:instancePath+"/arguments/x-cache-persistence",schemaPath:"#/properties/arguments/properties/x-cache-persistence/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.arguments.properties["x-cache-persistence"].type,parentSchema:schema46.properties.arguments.properties["x-cache-persistence"],data:data17};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema46.properties.arguments.type,parentSchema:schema46.properties.arguments,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema46.type,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const queue = validate24;
const schema50 = {"type":"object","additionalProperties":false,"properties":{"for_each":{"$ref":"#/$defs/for_each"},"name":{"type":"string"},"vhost":{"type":"string"},"type":{"type":"string"},"durable":{"type":"boolean"},"auto_delete":{"type":"boolean"},"arguments":{"type":"object","properties":{"x-queue-type":{"type":"string"},"x-message-ttl":{"type":"integer","minimum":0,"maximum":315360000000},"x-expires":{"type":"integer","minimum":1,"maximum":315360000000},"x-max-length":{"type":"integer","minimum":0},"x-max-length-bytes":{"type":"integer","minimum":0},"x-overflow":{"enum":["drop-head","reject-publish","reject-publish-dlx"]},"x-dead-letter-exchange":{"type":"string"},"x-dead-letter-routing-key":{"type":"string"},"x-dead-letter-strategy":{"enum":["at-most-once","at-least-once"]},"x-single-active-consumer":{"type":"boolean"},"x-delivery-limit":{"type":"integer","minimum":-1},"x-max-priority":{"type":"integer","minimum":0,"maximum":255},"x-queue-mode":{"enum":["default","lazy"]},"x-queue-version":{"type":"integer","minimum":1,"maximum":2},"x-queue-master-locator":{"type":"string"},"x-queue-leader-locator":{"enum":["client-local","balanced","random","least-leaders"]},"x-quorum-initial-group-size":{"type":"integer","minimum":1},"x-quorum-target-group-size":{"type":"integer","minimum":1},"x-max-in-memory-length":{"type":"integer","minimum":0},"x-max-in-memory-bytes":{"type":"integer","minimum":0},"x-consumer-timeout":{"type":"integer","minimum":0},"x-consumer-disconnected-timeout":{"type":"integer","minimum":0},"x-delayed-retry-type":{"type":"string"},"x-delayed-retry-min":{"type":"integer","minimum":0},"x-delayed-retry-max":{"type":"integer","minimum":0},"x-max-age":{"examples":["7D","12h"],"type":"string","pattern":"^0*[1-9]\\d*[YMDhms]$"},"x-stream-max-segment-size-bytes":{"type":"integer","minimum":1},"x-stream-filter-size-bytes":{"type":"integer","minimum":16,"maximum":255},"x-initial-cluster-size":{"type":"integer","minimum":1},"x-message-deduplication":{"type":"boolean"},"x-cache-size":{"type":"integer","minimum":1}},"additionalProperties":true}},"required":["name"]};
const pattern4 = new RegExp("^0*[1-9]\\d*[YMDhms]$", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.name === undefined) || (!(func0.call(data, "name")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema50.required,parentSchema:schema50,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(((((((key0 === "for_each") || (key0 === "name")) || (key0 === "vhost")) || (key0 === "type")) || (key0 === "durable")) || (key0 === "auto_delete")) || (key0 === "arguments"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema50,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.for_each !== undefined && func0.call(data, "for_each")){
if(!(validate22(data.for_each, {instancePath:instancePath+"/for_each",parentData:data,parentDataProperty:"for_each",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.name !== undefined && func0.call(data, "name")){
let data1 = data.name;
if(typeof data1 !== "string"){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.name.type,parentSchema:schema50.properties.name,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.vhost !== undefined && func0.call(data, "vhost")){
let data2 = data.vhost;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/vhost",schemaPath:"#/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.vhost.type,parentSchema:schema50.properties.vhost,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.type !== undefined && func0.call(data, "type")){
let data3 = data.type;
if(typeof data3 !== "string"){
const err4 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.type.type,parentSchema:schema50.properties.type,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.durable !== undefined && func0.call(data, "durable")){
let data4 = data.durable;
if(typeof data4 !== "boolean"){
const err5 = {instancePath:instancePath+"/durable",schemaPath:"#/properties/durable/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema50.properties.durable.type,parentSchema:schema50.properties.durable,data:data4};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.auto_delete !== undefined && func0.call(data, "auto_delete")){
let data5 = data.auto_delete;
if(typeof data5 !== "boolean"){
const err6 = {instancePath:instancePath+"/auto_delete",schemaPath:"#/properties/auto_delete/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema50.properties.auto_delete.type,parentSchema:schema50.properties.auto_delete,data:data5};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.arguments !== undefined && func0.call(data, "arguments")){
let data6 = data.arguments;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6["x-queue-type"] !== undefined && func0.call(data6, "x-queue-type")){
let data7 = data6["x-queue-type"];
if(typeof data7 !== "string"){
const err7 = {instancePath:instancePath+"/arguments/x-queue-type",schemaPath:"#/properties/arguments/properties/x-queue-type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.arguments.properties["x-queue-type"].type,parentSchema:schema50.properties.arguments.properties["x-queue-type"],data:data7};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data6["x-message-ttl"] !== undefined && func0.call(data6, "x-message-ttl")){
let data8 = data6["x-message-ttl"];
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err8 = {instancePath:instancePath+"/arguments/x-message-ttl",schemaPath:"#/properties/arguments/properties/x-message-ttl/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-message-ttl"].type,parentSchema:schema50.properties.arguments.properties["x-message-ttl"],data:data8};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 315360000000 || isNaN(data8)){
const err9 = {instancePath:instancePath+"/arguments/x-message-ttl",schemaPath:"#/properties/arguments/properties/x-message-ttl/maximum",keyword:"maximum",params:{comparison: "<=", limit: 315360000000},message:"must be <= 315360000000",schema:315360000000,parentSchema:schema50.properties.arguments.properties["x-message-ttl"],data:data8};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err10 = {instancePath:instancePath+"/arguments/x-message-ttl",schemaPath:"#/properties/arguments/properties/x-message-ttl/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-message-ttl"],data:data8};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
if(data6["x-expires"] !== undefined && func0.call(data6, "x-expires")){
let data9 = data6["x-expires"];
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err11 = {instancePath:instancePath+"/arguments/x-expires",schemaPath:"#/properties/arguments/properties/x-expires/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-expires"].type,parentSchema:schema50.properties.arguments.properties["x-expires"],data:data9};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 315360000000 || isNaN(data9)){
const err12 = {instancePath:instancePath+"/arguments/x-expires",schemaPath:"#/properties/arguments/properties/x-expires/maximum",keyword:"maximum",params:{comparison: "<=", limit: 315360000000},message:"must be <= 315360000000",schema:315360000000,parentSchema:schema50.properties.arguments.properties["x-expires"],data:data9};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err13 = {instancePath:instancePath+"/arguments/x-expires",schemaPath:"#/properties/arguments/properties/x-expires/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-expires"],data:data9};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data6["x-max-length"] !== undefined && func0.call(data6, "x-max-length")){
let data10 = data6["x-max-length"];
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
const err14 = {instancePath:instancePath+"/arguments/x-max-length",schemaPath:"#/properties/arguments/properties/x-max-length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-max-length"].type,parentSchema:schema50.properties.arguments.properties["x-max-length"],data:data10};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 0 || isNaN(data10)){
const err15 = {instancePath:instancePath+"/arguments/x-max-length",schemaPath:"#/properties/arguments/properties/x-max-length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-max-length"],data:data10};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data6["x-max-length-bytes"] !== undefined && func0.call(data6, "x-max-length-bytes")){
let data11 = data6["x-max-length-bytes"];
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err16 = {instancePath:instancePath+"/arguments/x-max-length-bytes",schemaPath:"#/properties/arguments/properties/x-max-length-bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-max-length-bytes"].type,parentSchema:schema50.properties.arguments.properties["x-max-length-bytes"],data:data11};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 < 0 || isNaN(data11)){
const err17 = {instancePath:instancePath+"/arguments/x-max-length-bytes",schemaPath:"#/properties/arguments/properties/x-max-length-bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-max-length-bytes"],data:data11};
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
if(data6["x-overflow"] !== undefined && func0.call(data6, "x-overflow")){
let data12 = data6["x-overflow"];
if(!(((data12 === "drop-head") || (data12 === "reject-publish")) || (data12 === "reject-publish-dlx"))){
const err18 = {instancePath:instancePath+"/arguments/x-overflow",schemaPath:"#/properties/arguments/properties/x-overflow/enum",keyword:"enum",params:{allowedValues: schema50.properties.arguments.properties["x-overflow"].enum},message:"must be equal to one of the allowed values",schema:schema50.properties.arguments.properties["x-overflow"].enum,parentSchema:schema50.properties.arguments.properties["x-overflow"],data:data12};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data6["x-dead-letter-exchange"] !== undefined && func0.call(data6, "x-dead-letter-exchange")){
let data13 = data6["x-dead-letter-exchange"];
if(typeof data13 !== "string"){
const err19 = {instancePath:instancePath+"/arguments/x-dead-letter-exchange",schemaPath:"#/properties/arguments/properties/x-dead-letter-exchange/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.arguments.properties["x-dead-letter-exchange"].type,parentSchema:schema50.properties.arguments.properties["x-dead-letter-exchange"],data:data13};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data6["x-dead-letter-routing-key"] !== undefined && func0.call(data6, "x-dead-letter-routing-key")){
let data14 = data6["x-dead-letter-routing-key"];
if(typeof data14 !== "string"){
const err20 = {instancePath:instancePath+"/arguments/x-dead-letter-routing-key",schemaPath:"#/properties/arguments/properties/x-dead-letter-routing-key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.arguments.properties["x-dead-letter-routing-key"].type,parentSchema:schema50.properties.arguments.properties["x-dead-letter-routing-key"],data:data14};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data6["x-dead-letter-strategy"] !== undefined && func0.call(data6, "x-dead-letter-strategy")){
let data15 = data6["x-dead-letter-strategy"];
if(!((data15 === "at-most-once") || (data15 === "at-least-once"))){
const err21 = {instancePath:instancePath+"/arguments/x-dead-letter-strategy",schemaPath:"#/properties/arguments/properties/x-dead-letter-strategy/enum",keyword:"enum",params:{allowedValues: schema50.properties.arguments.properties["x-dead-letter-strategy"].enum},message:"must be equal to one of the allowed values",schema:schema50.properties.arguments.properties["x-dead-letter-strategy"].enum,parentSchema:schema50.properties.arguments.properties["x-dead-letter-strategy"],data:data15};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data6["x-single-active-consumer"] !== undefined && func0.call(data6, "x-single-active-consumer")){
let data16 = data6["x-single-active-consumer"];
if(typeof data16 !== "boolean"){
const err22 = {instancePath:instancePath+"/arguments/x-single-active-consumer",schemaPath:"#/properties/arguments/properties/x-single-active-consumer/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema50.properties.arguments.properties["x-single-active-consumer"].type,parentSchema:schema50.properties.arguments.properties["x-single-active-consumer"],data:data16};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data6["x-delivery-limit"] !== undefined && func0.call(data6, "x-delivery-limit")){
let data17 = data6["x-delivery-limit"];
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err23 = {instancePath:instancePath+"/arguments/x-delivery-limit",schemaPath:"#/properties/arguments/properties/x-delivery-limit/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-delivery-limit"].type,parentSchema:schema50.properties.arguments.properties["x-delivery-limit"],data:data17};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < -1 || isNaN(data17)){
const err24 = {instancePath:instancePath+"/arguments/x-delivery-limit",schemaPath:"#/properties/arguments/properties/x-delivery-limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema50.properties.arguments.properties["x-delivery-limit"],data:data17};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
if(data6["x-max-priority"] !== undefined && func0.call(data6, "x-max-priority")){
let data18 = data6["x-max-priority"];
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err25 = {instancePath:instancePath+"/arguments/x-max-priority",schemaPath:"#/properties/arguments/properties/x-max-priority/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-max-priority"].type,parentSchema:schema50.properties.arguments.properties["x-max-priority"],data:data18};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 255 || isNaN(data18)){
const err26 = {instancePath:instancePath+"/arguments/x-max-priority",schemaPath:"#/properties/arguments/properties/x-max-priority/maximum",keyword:"maximum",params:{comparison: "<=", limit: 255},message:"must be <= 255",schema:255,parentSchema:schema50.properties.arguments.properties["x-max-priority"],data:data18};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data18 < 0 || isNaN(data18)){
const err27 = {instancePath:instancePath+"/arguments/x-max-priority",schemaPath:"#/properties/arguments/properties/x-max-priority/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-max-priority"],data:data18};
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
if(data6["x-queue-mode"] !== undefined && func0.call(data6, "x-queue-mode")){
let data19 = data6["x-queue-mode"];
if(!((data19 === "default") || (data19 === "lazy"))){
const err28 = {instancePath:instancePath+"/arguments/x-queue-mode",schemaPath:"#/properties/arguments/properties/x-queue-mode/enum",keyword:"enum",params:{allowedValues: schema50.properties.arguments.properties["x-queue-mode"].enum},message:"must be equal to one of the allowed values",schema:schema50.properties.arguments.properties["x-queue-mode"].enum,parentSchema:schema50.properties.arguments.properties["x-queue-mode"],data:data19};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data6["x-queue-version"] !== undefined && func0.call(data6, "x-queue-version")){
let data20 = data6["x-queue-version"];
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err29 = {instancePath:instancePath+"/arguments/x-queue-version",schemaPath:"#/properties/arguments/properties/x-queue-version/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-queue-version"].type,parentSchema:schema50.properties.arguments.properties["x-queue-version"],data:data20};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 2 || isNaN(data20)){
const err30 = {instancePath:instancePath+"/arguments/x-queue-version",schemaPath:"#/properties/arguments/properties/x-queue-version/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2},message:"must be <= 2",schema:2,parentSchema:schema50.properties.arguments.properties["x-queue-version"],data:data20};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data20 < 1 || isNaN(data20)){
const err31 = {instancePath:instancePath+"/arguments/x-queue-version",schemaPath:"#/properties/arguments/properties/x-queue-version/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-queue-version"],data:data20};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
if(data6["x-queue-master-locator"] !== undefined && func0.call(data6, "x-queue-master-locator")){
let data21 = data6["x-queue-master-locator"];
if(typeof data21 !== "string"){
const err32 = {instancePath:instancePath+"/arguments/x-queue-master-locator",schemaPath:"#/properties/arguments/properties/x-queue-master-locator/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.arguments.properties["x-queue-master-locator"].type,parentSchema:schema50.properties.arguments.properties["x-queue-master-locator"],data:data21};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data6["x-queue-leader-locator"] !== undefined && func0.call(data6, "x-queue-leader-locator")){
let data22 = data6["x-queue-leader-locator"];
if(!((((data22 === "client-local") || (data22 === "balanced")) || (data22 === "random")) || (data22 === "least-leaders"))){
const err33 = {instancePath:instancePath+"/arguments/x-queue-leader-locator",schemaPath:"#/properties/arguments/properties/x-queue-leader-locator/enum",keyword:"enum",params:{allowedValues: schema50.properties.arguments.properties["x-queue-leader-locator"].enum},message:"must be equal to one of the allowed values",schema:schema50.properties.arguments.properties["x-queue-leader-locator"].enum,parentSchema:schema50.properties.arguments.properties["x-queue-leader-locator"],data:data22};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data6["x-quorum-initial-group-size"] !== undefined && func0.call(data6, "x-quorum-initial-group-size")){
let data23 = data6["x-quorum-initial-group-size"];
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err34 = {instancePath:instancePath+"/arguments/x-quorum-initial-group-size",schemaPath:"#/properties/arguments/properties/x-quorum-initial-group-size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-quorum-initial-group-size"].type,parentSchema:schema50.properties.arguments.properties["x-quorum-initial-group-size"],data:data23};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < 1 || isNaN(data23)){
const err35 = {instancePath:instancePath+"/arguments/x-quorum-initial-group-size",schemaPath:"#/properties/arguments/properties/x-quorum-initial-group-size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-quorum-initial-group-size"],data:data23};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
if(data6["x-quorum-target-group-size"] !== undefined && func0.call(data6, "x-quorum-target-group-size")){
let data24 = data6["x-quorum-target-group-size"];
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
const err36 = {instancePath:instancePath+"/arguments/x-quorum-target-group-size",schemaPath:"#/properties/arguments/properties/x-quorum-target-group-size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-quorum-target-group-size"].type,parentSchema:schema50.properties.arguments.properties["x-quorum-target-group-size"],data:data24};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 < 1 || isNaN(data24)){
const err37 = {instancePath:instancePath+"/arguments/x-quorum-target-group-size",schemaPath:"#/properties/arguments/properties/x-quorum-target-group-size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-quorum-target-group-size"],data:data24};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
if(data6["x-max-in-memory-length"] !== undefined && func0.call(data6, "x-max-in-memory-length")){
let data25 = data6["x-max-in-memory-length"];
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err38 = {instancePath:instancePath+"/arguments/x-max-in-memory-length",schemaPath:"#/properties/arguments/properties/x-max-in-memory-length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-max-in-memory-length"].type,parentSchema:schema50.properties.arguments.properties["x-max-in-memory-length"],data:data25};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
const err39 = {instancePath:instancePath+"/arguments/x-max-in-memory-length",schemaPath:"#/properties/arguments/properties/x-max-in-memory-length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-max-in-memory-length"],data:data25};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data6["x-max-in-memory-bytes"] !== undefined && func0.call(data6, "x-max-in-memory-bytes")){
let data26 = data6["x-max-in-memory-bytes"];
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err40 = {instancePath:instancePath+"/arguments/x-max-in-memory-bytes",schemaPath:"#/properties/arguments/properties/x-max-in-memory-bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-max-in-memory-bytes"].type,parentSchema:schema50.properties.arguments.properties["x-max-in-memory-bytes"],data:data26};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 0 || isNaN(data26)){
const err41 = {instancePath:instancePath+"/arguments/x-max-in-memory-bytes",schemaPath:"#/properties/arguments/properties/x-max-in-memory-bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-max-in-memory-bytes"],data:data26};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
if(data6["x-consumer-timeout"] !== undefined && func0.call(data6, "x-consumer-timeout")){
let data27 = data6["x-consumer-timeout"];
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err42 = {instancePath:instancePath+"/arguments/x-consumer-timeout",schemaPath:"#/properties/arguments/properties/x-consumer-timeout/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-consumer-timeout"].type,parentSchema:schema50.properties.arguments.properties["x-consumer-timeout"],data:data27};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 < 0 || isNaN(data27)){
const err43 = {instancePath:instancePath+"/arguments/x-consumer-timeout",schemaPath:"#/properties/arguments/properties/x-consumer-timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-consumer-timeout"],data:data27};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
if(data6["x-consumer-disconnected-timeout"] !== undefined && func0.call(data6, "x-consumer-disconnected-timeout")){
let data28 = data6["x-consumer-disconnected-timeout"];
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err44 = {instancePath:instancePath+"/arguments/x-consumer-disconnected-timeout",schemaPath:"#/properties/arguments/properties/x-consumer-disconnected-timeout/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-consumer-disconnected-timeout"].type,parentSchema:schema50.properties.arguments.properties["x-consumer-disconnected-timeout"],data:data28};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 < 0 || isNaN(data28)){
const err45 = {instancePath:instancePath+"/arguments/x-consumer-disconnected-timeout",schemaPath:"#/properties/arguments/properties/x-consumer-disconnected-timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-consumer-disconnected-timeout"],data:data28};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
if(data6["x-delayed-retry-type"] !== undefined && func0.call(data6, "x-delayed-retry-type")){
let data29 = data6["x-delayed-retry-type"];
if(typeof data29 !== "string"){
const err46 = {instancePath:instancePath+"/arguments/x-delayed-retry-type",schemaPath:"#/properties/arguments/properties/x-delayed-retry-type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.arguments.properties["x-delayed-retry-type"].type,parentSchema:schema50.properties.arguments.properties["x-delayed-retry-type"],data:data29};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data6["x-delayed-retry-min"] !== undefined && func0.call(data6, "x-delayed-retry-min")){
let data30 = data6["x-delayed-retry-min"];
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err47 = {instancePath:instancePath+"/arguments/x-delayed-retry-min",schemaPath:"#/properties/arguments/properties/x-delayed-retry-min/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-delayed-retry-min"].type,parentSchema:schema50.properties.arguments.properties["x-delayed-retry-min"],data:data30};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 < 0 || isNaN(data30)){
const err48 = {instancePath:instancePath+"/arguments/x-delayed-retry-min",schemaPath:"#/properties/arguments/properties/x-delayed-retry-min/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-delayed-retry-min"],data:data30};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
if(data6["x-delayed-retry-max"] !== undefined && func0.call(data6, "x-delayed-retry-max")){
let data31 = data6["x-delayed-retry-max"];
if(!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))){
const err49 = {instancePath:instancePath+"/arguments/x-delayed-retry-max",schemaPath:"#/properties/arguments/properties/x-delayed-retry-max/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-delayed-retry-max"].type,parentSchema:schema50.properties.arguments.properties["x-delayed-retry-max"],data:data31};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 < 0 || isNaN(data31)){
const err50 = {instancePath:instancePath+"/arguments/x-delayed-retry-max",schemaPath:"#/properties/arguments/properties/x-delayed-retry-max/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema50.properties.arguments.properties["x-delayed-retry-max"],data:data31};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
if(data6["x-max-age"] !== undefined && func0.call(data6, "x-max-age")){
let data32 = data6["x-max-age"];
if(typeof data32 === "string"){
if(!pattern4.test(data32)){
const err51 = {instancePath:instancePath+"/arguments/x-max-age",schemaPath:"#/properties/arguments/properties/x-max-age/pattern",keyword:"pattern",params:{pattern: "^0*[1-9]\\d*[YMDhms]$"},message:"must match pattern \""+"^0*[1-9]\\d*[YMDhms]$"+"\"",schema:"^0*[1-9]\\d*[YMDhms]$",parentSchema:schema50.properties.arguments.properties["x-max-age"],data:data32};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/arguments/x-max-age",schemaPath:"#/properties/arguments/properties/x-max-age/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema50.properties.arguments.properties["x-max-age"].type,parentSchema:schema50.properties.arguments.properties["x-max-age"],data:data32};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data6["x-stream-max-segment-size-bytes"] !== undefined && func0.call(data6, "x-stream-max-segment-size-bytes")){
let data33 = data6["x-stream-max-segment-size-bytes"];
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
const err53 = {instancePath:instancePath+"/arguments/x-stream-max-segment-size-bytes",schemaPath:"#/properties/arguments/properties/x-stream-max-segment-size-bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-stream-max-segment-size-bytes"].type,parentSchema:schema50.properties.arguments.properties["x-stream-max-segment-size-bytes"],data:data33};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 < 1 || isNaN(data33)){
const err54 = {instancePath:instancePath+"/arguments/x-stream-max-segment-size-bytes",schemaPath:"#/properties/arguments/properties/x-stream-max-segment-size-bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-stream-max-segment-size-bytes"],data:data33};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
if(data6["x-stream-filter-size-bytes"] !== undefined && func0.call(data6, "x-stream-filter-size-bytes")){
let data34 = data6["x-stream-filter-size-bytes"];
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
const err55 = {instancePath:instancePath+"/arguments/x-stream-filter-size-bytes",schemaPath:"#/properties/arguments/properties/x-stream-filter-size-bytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-stream-filter-size-bytes"].type,parentSchema:schema50.properties.arguments.properties["x-stream-filter-size-bytes"],data:data34};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 255 || isNaN(data34)){
const err56 = {instancePath:instancePath+"/arguments/x-stream-filter-size-bytes",schemaPath:"#/properties/arguments/properties/x-stream-filter-size-bytes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 255},message:"must be <= 255",schema:255,parentSchema:schema50.properties.arguments.properties["x-stream-filter-size-bytes"],data:data34};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data34 < 16 || isNaN(data34)){
const err57 = {instancePath:instancePath+"/arguments/x-stream-filter-size-bytes",schemaPath:"#/properties/arguments/properties/x-stream-filter-size-bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 16},message:"must be >= 16",schema:16,parentSchema:schema50.properties.arguments.properties["x-stream-filter-size-bytes"],data:data34};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
if(data6["x-initial-cluster-size"] !== undefined && func0.call(data6, "x-initial-cluster-size")){
let data35 = data6["x-initial-cluster-size"];
if(!(((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35))) && (isFinite(data35)))){
const err58 = {instancePath:instancePath+"/arguments/x-initial-cluster-size",schemaPath:"#/properties/arguments/properties/x-initial-cluster-size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-initial-cluster-size"].type,parentSchema:schema50.properties.arguments.properties["x-initial-cluster-size"],data:data35};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 < 1 || isNaN(data35)){
const err59 = {instancePath:instancePath+"/arguments/x-initial-cluster-size",schemaPath:"#/properties/arguments/properties/x-initial-cluster-size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-initial-cluster-size"],data:data35};
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
if(data6["x-message-deduplication"] !== undefined && func0.call(data6, "x-message-deduplication")){
let data36 = data6["x-message-deduplication"];
if(typeof data36 !== "boolean"){
const err60 = {instancePath:instancePath+"/arguments/x-message-deduplication",schemaPath:"#/properties/arguments/properties/x-message-deduplication/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema50.properties.arguments.properties["x-message-deduplication"].type,parentSchema:schema50.properties.arguments.properties["x-message-deduplication"],data:data36};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data6["x-cache-size"] !== undefined && func0.call(data6, "x-cache-size")){
let data37 = data6["x-cache-size"];
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
const err61 = {instancePath:instancePath+"/arguments/x-cache-size",schemaPath:"#/properties/arguments/properties/x-cache-size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema50.properties.arguments.properties["x-cache-size"].type,parentSchema:schema50.properties.arguments.properties["x-cache-size"],data:data37};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 < 1 || isNaN(data37)){
const err62 = {instancePath:instancePath+"/arguments/x-cache-size",schemaPath:"#/properties/arguments/properties/x-cache-size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema50.properties.arguments.properties["x-cache-size"],data:data37};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
}
else {
const err63 = {instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema50.properties.arguments.type,parentSchema:schema50.properties.arguments,data:data6};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema50.type,parentSchema:schema50,data};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const binding = validate26;
const schema51 = {"type":"object","additionalProperties":false,"properties":{"for_each":{"$ref":"#/$defs/for_each"},"source":{"type":"string"},"vhost":{"type":"string"},"destination":{"type":"string"},"destination_type":{"enum":["queue","exchange"]},"routing_key":{"type":"string"},"arguments":{"type":"object","properties":{"x-match":{"enum":["all","any","all-with-x","any-with-x"]},"x-stream-partition-order":{"type":"integer","minimum":0}},"additionalProperties":true},"properties_key":{"type":"string"}},"required":["source","destination"]};

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.source === undefined) || (!(func0.call(data, "source")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "source"},message:"must have required property '"+"source"+"'",schema:schema51.required,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.destination === undefined) || (!(func0.call(data, "destination")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "destination"},message:"must have required property '"+"destination"+"'",schema:schema51.required,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((((((key0 === "for_each") || (key0 === "source")) || (key0 === "vhost")) || (key0 === "destination")) || (key0 === "destination_type")) || (key0 === "routing_key")) || (key0 === "arguments")) || (key0 === "properties_key"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.for_each !== undefined && func0.call(data, "for_each")){
if(!(validate22(data.for_each, {instancePath:instancePath+"/for_each",parentData:data,parentDataProperty:"for_each",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.source !== undefined && func0.call(data, "source")){
let data1 = data.source;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.source.type,parentSchema:schema51.properties.source,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.vhost !== undefined && func0.call(data, "vhost")){
let data2 = data.vhost;
if(typeof data2 !== "string"){
const err4 = {instancePath:instancePath+"/vhost",schemaPath:"#/properties/vhost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.vhost.type,parentSchema:schema51.properties.vhost,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.destination !== undefined && func0.call(data, "destination")){
let data3 = data.destination;
if(typeof data3 !== "string"){
const err5 = {instancePath:instancePath+"/destination",schemaPath:"#/properties/destination/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.destination.type,parentSchema:schema51.properties.destination,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.destination_type !== undefined && func0.call(data, "destination_type")){
let data4 = data.destination_type;
if(!((data4 === "queue") || (data4 === "exchange"))){
const err6 = {instancePath:instancePath+"/destination_type",schemaPath:"#/properties/destination_type/enum",keyword:"enum",params:{allowedValues: schema51.properties.destination_type.enum},message:"must be equal to one of the allowed values",schema:schema51.properties.destination_type.enum,parentSchema:schema51.properties.destination_type,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.routing_key !== undefined && func0.call(data, "routing_key")){
let data5 = data.routing_key;
if(typeof data5 !== "string"){
const err7 = {instancePath:instancePath+"/routing_key",schemaPath:"#/properties/routing_key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.routing_key.type,parentSchema:schema51.properties.routing_key,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.arguments !== undefined && func0.call(data, "arguments")){
let data6 = data.arguments;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6["x-match"] !== undefined && func0.call(data6, "x-match")){
let data7 = data6["x-match"];
if(!((((data7 === "all") || (data7 === "any")) || (data7 === "all-with-x")) || (data7 === "any-with-x"))){
const err8 = {instancePath:instancePath+"/arguments/x-match",schemaPath:"#/properties/arguments/properties/x-match/enum",keyword:"enum",params:{allowedValues: schema51.properties.arguments.properties["x-match"].enum},message:"must be equal to one of the allowed values",schema:schema51.properties.arguments.properties["x-match"].enum,parentSchema:schema51.properties.arguments.properties["x-match"],data:data7};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data6["x-stream-partition-order"] !== undefined && func0.call(data6, "x-stream-partition-order")){
let data8 = data6["x-stream-partition-order"];
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err9 = {instancePath:instancePath+"/arguments/x-stream-partition-order",schemaPath:"#/properties/arguments/properties/x-stream-partition-order/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema51.properties.arguments.properties["x-stream-partition-order"].type,parentSchema:schema51.properties.arguments.properties["x-stream-partition-order"],data:data8};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 0 || isNaN(data8)){
const err10 = {instancePath:instancePath+"/arguments/x-stream-partition-order",schemaPath:"#/properties/arguments/properties/x-stream-partition-order/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema51.properties.arguments.properties["x-stream-partition-order"],data:data8};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
}
else {
const err11 = {instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema51.properties.arguments.type,parentSchema:schema51.properties.arguments,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.properties_key !== undefined && func0.call(data, "properties_key")){
let data9 = data.properties_key;
if(typeof data9 !== "string"){
const err12 = {instancePath:instancePath+"/properties_key",schemaPath:"#/properties/properties_key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.properties_key.type,parentSchema:schema51.properties.properties_key,data:data9};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema51.type,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const forEach = validate28;

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate28.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/anyOf/0/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema47.anyOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
let data0 = data[key0];
const _errs5 = errors;
let valid2 = false;
const _errs6 = errors;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/anyOf/0/additionalProperties/anyOf/0/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema47.anyOf[0].additionalProperties.anyOf[0].type,parentSchema:schema47.anyOf[0].additionalProperties.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid1 = _errs6 === errors;
valid2 = valid2 || _valid1;
const _errs8 = errors;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if((((typeof data1 !== "string") && (!((typeof data1 == "number") && (isFinite(data1))))) && (typeof data1 !== "boolean")) && (data1 !== null)){
const err2 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/$defs/scalar/type",keyword:"type",params:{type: schema32.type},message:"must be string,number,boolean,null",schema:schema32.type,parentSchema:schema32,data:data1};
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
else {
const err3 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/anyOf/0/additionalProperties/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.anyOf[0].additionalProperties.anyOf[1].type,parentSchema:schema47.anyOf[0].additionalProperties.anyOf[1],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid1 = _errs8 === errors;
valid2 = valid2 || _valid1;
if(!valid2){
const err4 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/anyOf/0/additionalProperties/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema47.anyOf[0].additionalProperties.anyOf,parentSchema:schema47.anyOf[0].additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/anyOf/0/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.anyOf[0].type,parentSchema:schema47.anyOf[0],data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var props0 = true;
}
const _errs13 = errors;
if(Array.isArray(data)){
const len1 = data.length;
for(let i1=0; i1<len1; i1++){
let data2 = data[i1];
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length < 1){
const err6 = {instancePath:instancePath+"/" + i1,schemaPath:"#/anyOf/1/items/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema47.anyOf[1].items,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
for(const key1 of Object.keys(data2)){
let data3 = data2[key1];
if((((typeof data3 !== "string") && (!((typeof data3 == "number") && (isFinite(data3))))) && (typeof data3 !== "boolean")) && (data3 !== null)){
const err7 = {instancePath:instancePath+"/" + i1+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/scalar/type",keyword:"type",params:{type: schema32.type},message:"must be string,number,boolean,null",schema:schema32.type,parentSchema:schema32,data:data3};
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
const err8 = {instancePath:instancePath+"/" + i1,schemaPath:"#/anyOf/1/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.anyOf[1].items.type,parentSchema:schema47.anyOf[1].items,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.anyOf[1].type,parentSchema:schema47.anyOf[1],data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var items1 = true;
}
if(!valid0){
const err10 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema47.anyOf,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate28.errors = vErrors;
evaluated0.props = props0;
evaluated0.items = items1;
return errors === 0;
}
validate28.evaluated = {"dynamicProps":true,"dynamicItems":true};

