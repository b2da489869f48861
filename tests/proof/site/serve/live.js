// Keeps an open page new while `make serve` runs. The published site has
// no such script: tests/proof/site/serve/live.py puts it into what it serves.
{
  const { src, dataset } = document.currentScript
  const now = new URL("now", src)
  now.searchParams.set("page", location.pathname)

  const fill = ({ state, ran, rest }) => {
    const badge = document.querySelector(".ep-badge")
    if (!badge) return
    const link = badge.querySelector("a, span") ?? document.createElement("span")
    link.textContent = ran
    badge.className = `ep-badge ep-badge-${state}`
    badge.replaceChildren(link, rest && ` · ${rest}`)
  }

  const look = async () => {
    try {
      const { version, badge } = await (await fetch(now)).json()
      if (version && version !== dataset.version) location.reload()
      if (badge) fill(badge)
    } catch {
      // It has ended, or is starting again.
    }
  }

  const next = () =>
    setTimeout(() => (document.hidden ? next() : look().then(next)), 1000)
  look().then(next)
}
