(function(){
var root=document.documentElement,button=document.getElementById("theme");
function dark(){var t=root.getAttribute("data-theme");return t?t==="dark":matchMedia("(prefers-color-scheme: dark)").matches}
function label(){button.textContent=dark()?"Light":"Dark"}
button.hidden=false;label();
button.addEventListener("click",function(){root.setAttribute("data-theme",dark()?"light":"dark");label()});
document.querySelectorAll("table.sortable thead th").forEach(function(head){
head.tabIndex=0;head.style.cursor="pointer";
function sort(){var body=head.closest("table").tBodies[0],at=head.cellIndex,up=head.getAttribute("aria-sort")!=="ascending";
head.parentNode.querySelectorAll("th").forEach(function(h){h.removeAttribute("aria-sort")});
head.setAttribute("aria-sort",up?"ascending":"descending");
function key(row){var cell=row.cells[at],v=cell.getAttribute("data-v");return v===null?cell.textContent:Number(v)}
Array.from(body.rows).sort(function(a,b){var x=key(a),y=key(b);
var c=typeof x==="number"&&typeof y==="number"?(isNaN(x)?1:isNaN(y)?-1:x-y):String(x).localeCompare(String(y));return up?c:-c}).forEach(function(row){body.appendChild(row)})}
head.addEventListener("click",sort);
head.addEventListener("keydown",function(e){if(e.key==="Enter"||e.key===" "){e.preventDefault();sort()}});
});
})();
