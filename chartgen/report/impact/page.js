
"use strict";
(() => {
  const search = document.getElementById("search");
  const kinds = [...document.querySelectorAll("[data-kind]")];
  const items = [...document.querySelectorAll("details.item")].map((element) => {
    const titles = [...element.querySelectorAll(".titles li")].map((li) => ({ li, text: li.textContent.toLowerCase() }));
    const names = new Set(titles.map((title) => title.text));
    const parts = [...element.querySelectorAll("summary, p, pre, tbody")];
    return {
      element, titles, text: parts.map((part) => part.textContent).join("\n").toLowerCase(),
      kinds: element.dataset.kinds.split(" "), whole: [...names].join("\n"),
    };
  });

  function matches(text, words) {
    return words.every((word) => text.includes(word));
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = kinds.filter((button) => button.ariaPressed === "true").map((button) => button.dataset.kind);
    let shown = 0;
    for (const item of items) {
      const kind = wanted.length === 0 || wanted.some((name) => item.kinds.includes(name));
      const own = matches(item.text, words);
      const left = kind && (own || words.every((word) => item.text.includes(word) || item.whole.includes(word)));
      let titles = 0;
      if (left) {
        const rest = words.filter((word) => !item.text.includes(word));
        for (const title of item.titles) {
          title.li.hidden = !matches(title.text, rest);
          titles += title.li.hidden ? 0 : 1;
        }
      }
      item.element.hidden = !left || (titles === 0 && !own);
      shown += item.element.hidden ? 0 : 1;
    }
    for (const section of document.querySelectorAll("section")) {
      const inside = section.querySelectorAll("details.item");
      section.hidden = inside.length > 0 && [...inside].every((item) => item.hidden);
    }
    const idle = words.length === 0 && wanted.length === 0;
    document.getElementById("nothing").hidden = idle || shown > 0;
    document.getElementById("found").textContent = idle ? "" : `${shown} of ${items.length} groups`;
  }

  function open(yes) {
    for (const item of items) {
      if (!item.element.hidden) item.element.open = yes;
    }
  }

  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    if (!(target instanceof HTMLDetailsElement)) return;
    if (target.hidden) {
      search.value = "";
      for (const button of kinds) button.ariaPressed = "false";
      filter();
    }
    target.open = true;
    target.scrollIntoView();
  }

  search.addEventListener("input", filter);
  for (const button of kinds) {
    button.hidden = !items.some((item) => item.kinds.includes(button.dataset.kind));
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
      filter();
    });
  }
  document.getElementById("open").addEventListener("click", () => open(true));
  document.getElementById("close").addEventListener("click", () => open(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
  window.addEventListener("hashchange", follow);
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = items.filter((item) => !item.element.open);
    for (const item of closed) item.element.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const item of closed) item.element.open = false;
  });
  filter();
  follow();
})();
