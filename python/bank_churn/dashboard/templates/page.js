"use strict";
(() => {
  const settings = JSON.parse(document.getElementById("settings").textContent);
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const panels = [...document.querySelectorAll(".panel")];
  const views = new Map();

  // A chart needs the width of its place, so it is drawn when its portfolio is first shown.
  const draw = (panel) => {
    for (const place of panel.querySelectorAll(".chart:not([data-drawn])")) {
      place.dataset.drawn = "";
      const spec = JSON.parse(place.querySelector("script").textContent);
      const canvas = document.createElement("div");
      place.append(canvas);
      vegaEmbed(canvas, spec, { ...settings, actions: false, renderer: "svg" })
        .then(({ view }) => { views.set(place, view); place.dataset.drawn = "true"; })
        .catch((error) => { console.error(error); });
    }
  };

  const show = (code) => {
    for (const tab of tabs) {
      const isChosen = tab.getAttribute("aria-controls") === code;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    for (const panel of panels) {
      panel.hidden = panel.id !== code;
      if (!panel.hidden) draw(panel);
    }
    // A chart fits its place when the window changes; so must one that was hidden meanwhile.
    window.dispatchEvent(new Event("resize"));
  };

  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => {
      show(tab.getAttribute("aria-controls"));
      history.replaceState(null, "", "#" + tab.getAttribute("aria-controls"));
    });
    tab.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -number, End: tabs.length - 1 - number };
      if (!(event.key in steps)) return;
      event.preventDefault();
      const next = tabs[(number + steps[event.key] + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
  });

  for (const slider of document.querySelectorAll("input[type=range]")) {
    const steps = [...slider.parentElement.querySelectorAll(".step")];
    const choose = () => {
      steps.forEach((step, number) => { step.hidden = number !== Number(slider.value) - 1; });
      slider.setAttribute("aria-valuetext", steps[Number(slider.value) - 1].textContent);
    };
    slider.addEventListener("input", choose);
    choose();
  }

  // Paper is narrower than a screen: charts are drawn anew for it, since scaled down their text could not be read.
  window.addEventListener("beforeprint", () => {
    for (const [place, view] of views) {
      view.signal("width", place.closest(".block").classList.contains("full") ? 660 : 310).run();
    }
  });
  window.addEventListener("afterprint", () => window.dispatchEvent(new Event("resize")));

  // A link may name a portfolio or one of its sections.
  const follow = () => {
    const target = decodeURIComponent(location.hash.slice(1));
    const panel = panels.find((one) => target === one.id || target.startsWith(one.id + "-"));
    if (panel && panel.hidden) show(panel.id);
    return panel;
  };
  show((follow() || panels[0]).id);
  window.addEventListener("hashchange", () => {
    if (follow()) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  });
})();
