/**
 * Stands in for the page of Jaeger's UI, which this Jaeger lacks. Jaeger itself puts the UI's configuration into it, by
 * the mark that it looks for in its own page; the page shows the menu as links, with the fields that Jaeger's reads. It
 * does not prove how Jaeger's page looks, or that it knows these fields.
 */
export const uiPage = `<!doctype html>
<title>Stand-in for Jaeger UI</title>
<nav></nav>
<script>
  const DEFAULT_CONFIG = null;
  let JAEGER_CONFIG;
  JAEGER_CONFIG = DEFAULT_CONFIG;
  const nav = document.querySelector("nav");
  for (const entry of JAEGER_CONFIG.menu) {
    for (const { label, url, anchorTarget } of entry.items ?? [entry]) {
      const link = nav.appendChild(document.createElement(url ? "a" : "span"));
      link.textContent = label;
      if (url) Object.assign(link, { href: url, target: anchorTarget || "_blank" });
    }
  }
</script>
`;
