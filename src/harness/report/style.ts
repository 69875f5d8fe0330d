// The page's style by day, by night, on a phone and on paper. Colours differ in lightness, too: not
// everyone tells hues apart.
export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1a1f27;--muted:#596473;--rim:#dfe3e8;--grid:#e9ecf0;--band:#f4f6f9;
--even:#1f4e9c;--odd:#5b8fdf;--evaluate:#8a4fbf;--init:#4d7c86;--good:#1a6e45;--warning:#9a5600;--bad:#b8282d;--hatch:#f7dfe0;--good-ground:#e0f2e8;--bad-ground:#fbe6e6;--warning-ground:#fbeeda}
@media(prefers-color-scheme:dark){:root{--ground:#111418;--card:#191d23;--ink:#e7eaee;--muted:#9ba6b3;--rim:#2c333c;--grid:#262c34;--band:#1e232a;
--even:#4a86e8;--odd:#a9c8fa;--evaluate:#c79bf2;--init:#7fb3bd;--good:#6cd09c;--warning:#f0b252;--bad:#ff8080;--hatch:#3c2226;--good-ground:#17342a;--bad-ground:#3c2226;--warning-ground:#3a2d17}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1120px;margin:0 auto;padding:clamp(1rem,4vw,3rem) clamp(1rem,3vw,2rem)}
h1{margin:0;font-size:clamp(1.4rem,1.1rem + 1.6vw,2.1rem);line-height:1.2;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .75rem;font-size:1.1rem;letter-spacing:-.005em}h3{margin:0;font-size:.95rem;overflow-wrap:anywhere}
p{margin:.5rem 0;overflow-wrap:anywhere}.lead{max-width:46rem;font-size:1.05rem;margin:.6rem 0 0}.muted,small{color:var(--muted)}small{font-weight:400}
code{font:.85em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.eyebrow{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;margin:0 0 .6rem;color:var(--muted);font-size:.85rem}
.state{padding:.1rem .65rem;border-radius:1rem;font-weight:600}.state.finished{background:var(--good-ground);color:var(--good)}.state.failed{background:var(--bad-ground);color:var(--bad)}.state.unfinished{background:var(--warning-ground);color:var(--warning)}
.card,.tiles{background:var(--card);border:1px solid var(--rim);border-radius:10px}.card{margin:0;padding:1.1rem 1.25rem;min-width:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));margin:1.6rem 0 0;overflow:hidden;gap:1px;background:var(--rim)}
.tiles div{background:var(--card);padding:.8rem 1.1rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}.tiles dt{color:var(--muted);font-size:.82rem;overflow-wrap:anywhere}.tiles dd{margin:0;font-size:1.35rem;font-weight:600;letter-spacing:-.02em;white-space:nowrap}
.tiles dd small{font-size:.9rem;letter-spacing:0}
.model{display:flex;flex-wrap:wrap;gap:0 .75rem;margin:.9rem 0 0;font-size:.9rem}
.curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1rem;margin-bottom:.9rem}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.82rem;color:var(--muted)}.key span{display:inline-flex;align-items:center;gap:.4rem}.key b{color:var(--ink)}
svg.plot{display:block;overflow:visible}.curve svg.plot{margin-left:44px;width:calc(100% - 54px)}
svg text{font-size:12px;fill:var(--muted)}.grid{stroke:var(--grid)}.rim{stroke:var(--rim)}
polyline{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}polyline.training{stroke:var(--even)}polyline.evaluation{stroke:var(--evaluate);stroke-dasharray:5 4}
circle.training{fill:var(--even)}circle.evaluation{fill:var(--card);stroke:var(--evaluate);stroke-width:2}
.swatch{display:inline-block;width:18px;height:11px;border-radius:2px;flex:none}.swatch.line{height:0;border-radius:0;border-top:2px solid var(--even)}.swatch.line.evaluation{border-top:2px dashed var(--evaluate)}
.swatch.round-0{background:var(--even)}.swatch.round-1{background:var(--odd)}.swatch.evaluate{background:var(--evaluate)}.swatch.init{background:var(--init)}.swatch.lost{border:1.5px dashed var(--bad)}.swatch.second{border:1.5px solid var(--muted)}.swatch.silent{background:repeating-linear-gradient(135deg,var(--hatch) 0 3px,var(--bad) 3px 4px)}
.swatch.death{width:0;border-left:2px solid var(--bad);height:14px;border-radius:0}.swatch.loss{background:var(--warning-ground);border-left:2px solid var(--warning);border-radius:0}
.key svg{overflow:visible;width:14px;height:12px;flex:none}
.timeline{display:grid;grid-template-columns:fit-content(clamp(5.5rem,22vw,13rem)) minmax(0,1fr);gap:0 .9rem;margin-top:.9rem}
.names{list-style:none;margin:0;padding:22px 0 24px;min-width:0}.names li{height:30px;line-height:30px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:.85rem}.dense .names li{height:20px;line-height:20px;font-size:.75rem}.names li:first-child{color:var(--muted)}
.timeline svg.plot{padding:0}.timeline>div{padding:0 14px 0 4px;min-width:0}
.band{fill:var(--band)}.round-0{fill:var(--even)}.round-1{fill:var(--odd)}.evaluate{fill:var(--evaluate)}.init{fill:var(--init)}.lost{fill:var(--hatch);stroke:var(--bad);stroke-width:1.2;stroke-dasharray:3 2}
.second{fill:var(--grid);stroke:var(--muted);stroke-width:1.2}path.lost{stroke:none;fill:var(--bad)}path.second{stroke:none;fill:var(--muted)}.bar:hover{opacity:.75}
.silent rect{fill:url(#hatch)}.silent line{stroke:var(--bad);stroke-width:2}.hatch-ground{fill:var(--hatch)}.hatch-line{fill:var(--bad);opacity:.35}
.death rect{fill:var(--bad);opacity:.12}.death line{stroke:var(--bad);stroke-width:2}.loss rect{fill:var(--warning);opacity:.15}.loss line{stroke:var(--warning);stroke-width:2}
.mark.failed{stroke:var(--bad);stroke-width:2.5;fill:none}.mark.dropped{stroke:var(--ink);stroke-width:1.8;fill:var(--card)}.mark.again{fill:var(--warning);stroke:var(--card)}
.scroll{position:relative;overflow:auto;max-height:30rem;background:var(--card);border:1px solid var(--rim);border-radius:10px}.scroll:focus-visible{outline:2px solid var(--odd)}
table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{padding:.4rem .9rem;text-align:right;font-weight:400;white-space:nowrap;border-bottom:1px solid var(--grid)}tr:last-child>*{border-bottom:0}
thead th{position:sticky;top:0;background:var(--card);color:var(--muted);font-weight:600;font-size:.8rem;box-shadow:0 1px var(--rim)}tbody th{color:var(--muted)}tbody tr:hover{background:var(--band)}
.events td,.events thead th:last-child{text-align:left;white-space:normal;overflow-wrap:anywhere;width:100%}td.bad{color:var(--bad)}td.warning{color:var(--warning)}td.good{color:var(--good)}
.settings{columns:20rem 2;column-gap:2.5rem;margin:0;font-size:.88rem}.settings div{display:flex;flex-wrap:wrap;gap:.2rem 1rem;justify-content:space-between;break-inside:avoid;padding:.28rem 0;border-bottom:1px solid var(--grid)}.settings dt{color:var(--muted);overflow-wrap:anywhere}.settings dd{margin:0 0 0 auto;text-align:right;overflow-wrap:anywhere}
footer{margin-top:2.5rem;color:var(--muted);font-size:.82rem}
@media(max-width:40rem){.spare{display:none}.card{padding:.9rem}.tiles{grid-template-columns:1fr 1fr}.tiles div{padding:.7rem .9rem}.timeline{gap:0 .5rem}th,td{padding:.4rem .6rem}}
@media print{:root{--ground:#fff;color-scheme:light}body{font-size:11px}main{max-width:none;padding:0}.scroll{max-height:none;overflow:visible}thead th{position:static}.card,.tiles{break-inside:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
