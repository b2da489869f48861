// The little that the pages do themselves.

// Material chooses the reader's language in all tabs, except in those
// that are folded away at that moment: they follow when they unfold.
document.addEventListener("toggle", event => {
  const chosen = globalThis.__md_get?.("__tabs") ?? []
  for (const set of event.target.querySelectorAll(".tabbed-set")) {
    const labels = set.querySelectorAll(":scope > .tabbed-labels > label")
    for (const label of labels)
      if (chosen.includes(label.textContent.trim()))
        document.getElementById(label.htmlFor).checked = true
  }
}, true)
