"use strict";
(() => {
  const settings = JSON.parse(document.getElementById("settings").textContent);
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const panels = [...document.querySelectorAll(".panel")];
  const views = new Map();

  // A chart needs the width of its place, so it is drawn when its portfolio is first shown.
  const draw = (panel) => {
    for (const place of panel.querySelectorAll(".chart:not([data-drawn])")) {
      if (!place.checkVisibility()) continue;
      place.dataset.drawn = "";
      const spec = JSON.parse(place.querySelector("script").textContent);
      const canvas = document.createElement("div");
      place.append(canvas);
      vegaEmbed(canvas, spec, { ...settings, actions: false, renderer: "svg" })
        .then(({ view }) => {
          const height = view.height();
          views.set(place, { view, height, onPaper: spec.usermeta?.height_on_paper ?? height });
          place.dataset.drawn = "true";
        })
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

  // Of the charts of one kind the chosen one is on display.
  for (const list of document.querySelectorAll(".choose select")) {
    const choices = [...list.closest(".block").querySelectorAll(".choice")];
    const choose = () => {
      choices.forEach((choice, number) => { choice.hidden = number !== list.selectedIndex; });
      draw(list.closest(".panel"));
    };
    list.addEventListener("change", choose);
    choices.forEach((choice, number) => { choice.hidden = number !== 0; });
  }

  // The sums of the mart retention_curve: what contacts cost and bring under other assumptions. Contacts come in the
  // order of the income that could be saved; within a step its sums grow evenly.
  const curveOf = (steps) => {
    let before = { contacts: 0, chance: 0, value: 0, square: 0, saved: 0 };
    return steps.map((step) => {
      const mean = step.value_to_save / step.client_count;
      before = {
        contacts: step.contact_count, middle: step.contact_count - step.client_count / 2, mean,
        chance: before.chance + step.probability_sum, value: before.value + step.value_to_save,
        square: before.square + step.value_square, saved: before.saved + step.saved_square,
      };
      return before;
    });
  };
  // How many clients could save more than a sum: between the middles of two steps the income falls evenly.
  const above = (curve, least) => {
    if (!curve.length || curve[0].mean <= least) return 0;
    const last = curve.findIndex((step) => step.mean <= least);
    if (last < 0) return curve.at(-1).contacts;
    const [one, other] = [curve[last - 1], curve[last]];
    return Math.floor(one.middle + (other.middle - one.middle) * (one.mean - least) / (one.mean - other.mean));
  };
  const incomeOf = (curve, contacts) => {
    const next = curve.findIndex((step) => step.middle >= contacts);
    if (next < 0) return curve.at(-1).mean;
    if (next === 0) return curve[0].mean;
    const [one, other] = [curve[next - 1], curve[next]];
    return one.mean + (other.mean - one.mean) * (contacts - one.middle) / (other.middle - one.middle);
  };
  const sumTo = (curve, contacts, name) => {
    const next = curve.findIndex((step) => step.contacts >= contacts);
    if (next < 0) return curve.at(-1)[name];
    const from = next ? curve[next - 1] : { contacts: 0, [name]: 0 };
    return from[name] + (curve[next][name] - from[name]) * (contacts - from.contacts) / (curve[next].contacts - from.contacts);
  };
  const resultOf = (curve, contacts, { cost, share, income }) => {
    const [chance, value, square, saved] = ["chance", "value", "square", "saved"].map((name) => sumTo(curve, contacts, name));
    const kept = share * chance;
    const spread = 1.959963984540054 * income * Math.sqrt(Math.max(share * square - share * share * saved, 0));
    const brings = share * income * value;
    const spent = contacts * cost;
    return {
      contacts, cost: spent, saved: brings, net: brings - spent, kept,
      kept_low: Math.max(Math.sqrt(kept) - 0.979981992270027, 0) ** 2,
      kept_high: (Math.sqrt(kept) + 0.979981992270027) ** 2,
      net_low: Math.max(brings - spread, 0) - spent, net_high: brings + spread - spent,
      price: contacts ? brings / contacts : 0, share: contacts ? spent / (income * value) : 0,
    };
  };

  const language = document.documentElement.lang;
  const rounded = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const shownAs = {
    contacts: (value) => whole.format(value), share: (value) => tenth.format(value),
    kept: (value) => whole.format(value), kept_low: (value) => whole.format(value), kept_high: (value) => whole.format(value),
  };
  const signed = new Set(["net", "net_low", "net_high"]);
  const written = (name, value) => {
    const text = (shownAs[name] || ((number) => rounded.format(number)))(value).replace("-", "−");
    return signed.has(name) && value > 0 ? "+" + text : text;
  };

  for (const form of document.querySelectorAll("form.assumptions")) {
    const block = form.closest(".block");
    const groups = {};
    for (const row of JSON.parse(block.querySelector(".curve").textContent).data.values) {
      (groups[row.group_code] ||= []).push(row);
    }
    const curves = Object.fromEntries(Object.entries(groups).map(([code, steps]) => [code, curveOf(steps)]));
    const outputs = [...block.querySelectorAll("output")];
    const given = (name) => {
      const value = form.elements[name].valueAsNumber;
      return Number.isFinite(value) && value >= 0 ? value : null;
    };
    const work = () => {
      const assumed = { cost: given("cost") ?? 0, share: Math.min(given("share") ?? 0, 100) / 100, income: (given("income") ?? 0) / 100 };
      const least = assumed.share * assumed.income > 0 ? assumed.cost / (assumed.share * assumed.income) : Infinity;
      const paying = above(curves.all, least);
      let contacts = given("contacts") === null ? paying : Math.min(Math.floor(given("contacts")), curves.all.at(-1).contacts);
      if (given("budget") !== null && assumed.cost > 0) contacts = Math.min(contacts, Math.floor(given("budget") / assumed.cost));
      const cut = contacts === paying ? least : incomeOf(curves.all, contacts);
      const results = Object.fromEntries(Object.entries(curves).map(([code, curve]) =>
        [code, resultOf(curve, code === "all" ? contacts : contacts ? Math.min(above(curve, cut), contacts) : 0, assumed)]));
      for (const output of outputs) {
        const value = results[output.dataset.group][output.dataset.live];
        output.value = written(output.dataset.live, value);
        output.dataset.value = value;
        output.classList.toggle("minus", signed.has(output.dataset.live) && value < 0);
      }
      block.querySelector(".nothing").hidden = contacts > 0;
      block.querySelector(".result:not(.nothing)").hidden = contacts === 0;
    };
    form.addEventListener("input", work);
    form.addEventListener("submit", (event) => event.preventDefault());
    work();
  }

  // Figures as a file: numbers as they are in the mart, texts never taken for a formula.
  const cellOf = (cell) => {
    const figures = cell.querySelectorAll("data, output");
    const text = cell.textContent.trim();
    const alone = figures.length === 1 && figures[0].textContent.trim() === text && text;
    const value = alone ? figures[0].value && figures[0].tagName === "DATA" ? figures[0].value : figures[0].dataset.value : text;
    const safe = alone || !/^[=+\-@\t\r]/.test(value) ? value : "'" + value;
    return '"' + String(safe).replaceAll('"', '""') + '"';
  };
  for (const button of document.querySelectorAll("button.csv")) {
    const table = button.previousElementSibling.querySelector("table");
    button.hidden = false;
    button.addEventListener("click", () => {
      const lines = [...table.rows].map((row) => [...row.cells].map(cellOf).join(";"));
      const link = document.createElement("a");
      link.href = "data:text/csv;charset=utf-8," + encodeURIComponent("\ufeff" + lines.join("\r\n") + "\r\n");
      link.download = table.caption.textContent.trim().replace(/[^\p{L}\p{N}]+/gu, "_") + ".csv";
      link.click();
    });
  }

  // Paper is narrower than a screen: charts are drawn anew for it, wider than their places, so that scaled
  // down to them they take less of its height and their text can still be read.
  // Where figures behind a click are all that a block has, paper shows them.
  const onlyFigures = () => [...document.querySelectorAll(".block:not(:has(.chart)) > details:not([open])")];
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = onlyFigures();
    for (const figures of unfolded) figures.open = true;
    for (const [place, { view, onPaper }] of views) {
      const isWide = place.closest(".block").matches(".full:not(.on-half)");
      view.signal("width", isWide ? 1000 : 430).height(onPaper).run();
    }
  });
  window.addEventListener("afterprint", () => {
    for (const figures of unfolded) figures.open = false;
    for (const { view, height } of views.values()) view.height(height).run();
    window.dispatchEvent(new Event("resize"));
  });

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
