// Values of a chart under the pointer and by the arrow keys.

function choosePoint(chart, index) {
  const points = all(".point", chart);
  const tip = chart.querySelector(".tip");
  points.forEach((point, i) => point.classList.toggle("chosen", i === index));
  tip.hidden = index < 0;
  tip.textContent = index < 0 ? "" : points[index].querySelector("title")?.textContent ?? points[index].dataset.value;
}

document.addEventListener("pointerover", (event) => {
  const point = event.target.closest?.(".point");
  if (point) choosePoint(point.closest(".chart"), all(".point", point.closest(".chart")).indexOf(point));
});
document.addEventListener("pointerout", (event) => {
  const chart = event.target.closest?.(".chart");
  if (chart && !chart.contains(event.relatedTarget)) choosePoint(chart, -1);
});
document.addEventListener("keydown", (event) => {
  const chart = event.target.closest?.(".chart");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!chart || !step) return;
  event.preventDefault();
  const points = all(".point", chart);
  const chosen = points.findIndex((point) => point.classList.contains("chosen"));
  choosePoint(chart, chosen < 0 ? points.length - 1 : Math.min(points.length - 1, Math.max(0, chosen + step)));
});
