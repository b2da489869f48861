// The copy button of a session gives what a reader has to type: neither
// prompts nor outputs, and no end that is trimmed away, for an empty line
// ends a compound statement of Python. Material copies that text in the
// place of what it would read from the page.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-clipboard-target]")
  const code = button && document.querySelector(button.dataset.clipboardTarget)
  if (code?.closest(".language-console, .language-pycon"))
    button.dataset.clipboardText = typed(code)
}, true)

function typed(code) {
  const lines = []
  for (const shown of code.children) {
    const line = shown.cloneNode(true)
    const prompt = line.querySelector(".gp")
    if (!prompt) continue
    prompt.remove()
    for (const note of line.querySelectorAll(".md-annotation")) note.remove()
    lines.push(line.textContent)
  }
  return lines.join("").replace(/\n$/, "")
}
