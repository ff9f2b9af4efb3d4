"use strict";
(() => {
  // Words are compared by what is left without their endings, so that one finds all of its forms.
  const RUSSIAN = /(?:иями|ями|ами|иях|ях|ах|ого|его|ому|ему|ыми|ими|ией|ией|ует|ают|яют|ать|ять|ить|еть|ешь|ишь|ых|их|ый|ий|ой|ей|ая|яя|ое|ее|ые|ие|ия|ии|ию|ую|юю|ов|ев|ам|ям|ом|ем|ут|ют|ит|ет|ла|ло|ли|л|у|ю|а|я|о|е|ы|и|ь)$/;
  const ENGLISH = /(?:ing|ies|ed|es|s)$/;
  const SMALL = new Set("по в и на у с к из за от до о об не что как для the of by in a an to is for and what how which".split(" "));
  const stem = (word) => {
    const short = word.replace(/[а-я]/.test(word) ? RUSSIAN : ENGLISH, "");
    return short.length >= 3 ? short : word;
  };
  const stems = (text) => (text.toLowerCase().replaceAll("ё", "е").match(/[a-zа-я0-9]+/g) || [])
    .filter((word) => !SMALL.has(word)).map(stem);
  const alike = (one, other) => one === other || (other.length > 3 && one.startsWith(other)) || (one.length > 4 && other.startsWith(one));

  let index = null;
  const entries = () => index ||= [...document.querySelectorAll(".entry")].map((element) => {
    const title = element.matches("details") ? element.querySelector("summary").textContent
      : [...element.querySelectorAll("dt, a, th, th ~ td")].slice(0, 2).map((part) => part.textContent).join(" — ");
    return {
      to: element.dataset.to || element.id, title: title.replace(/\s+/g, " ").trim(),
      head: new Set(stems(title + " " + (element.dataset.also || ""))), rest: new Set(stems(element.textContent)),
    };
  });
  // Of all that is found, what has most of the words asked for; in a title a word counts for more.
  const score = (entry, wanted) => wanted.reduce(({ words, points }, word) => {
    const isHead = [...entry.head].some((own) => alike(own, word));
    const isThere = isHead || [...entry.rest].some((own) => alike(own, word));
    return { words: words + isThere, points: points + (isHead ? 5 : isThere ? 1 : 0) };
  }, { words: 0, points: 0 });

  const results = document.getElementById("results");
  const [list, nothing] = [results.querySelector("ul"), results.querySelector(".nothing")];
  document.getElementById("search").addEventListener("input", (event) => {
    const wanted = stems(event.target.value);
    results.hidden = wanted.length === 0;
    const scored = entries().map((entry) => ({ entry, ...score(entry, wanted) }));
    const most = Math.max(...scored.map((one) => one.words));
    const found = most === 0 ? [] : scored.filter((one) => one.words === most)
      .sort((one, other) => other.points - one.points).slice(0, 12);
    nothing.hidden = found.length > 0;
    list.replaceChildren(...found.map(({ entry }) => {
      const [item, link] = [document.createElement("li"), document.createElement("a")];
      link.href = "#" + entry.to;
      link.textContent = entry.title;
      item.append(link);
      return item;
    }));
  });

  // What a link leads to is opened.
  const follow = () => {
    for (let one = document.getElementById(decodeURIComponent(location.hash.slice(1))); one; one = one.parentElement) {
      if (one.matches("details")) one.open = true;
    }
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  };
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    if (event.target.matches("a[href^='#']") && event.target.getAttribute("href") === location.hash) follow();
  });
  follow();
})();
