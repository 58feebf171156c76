"""Axe's rule of contrast, the dearest by far, asked once of all that a text can be painted with.

Its answer depends on what a text is painted with: its colour and size, and what lies behind it. It is asked
of the texts of which a page shows a new such painting; what it cannot tell is asked again on the next page.
"""

from playwright.sync_api import Page

Found = list[tuple[str, list[str]]]

PAINTINGS = """() => {
  const behind = new Map([[document.documentElement, '']]), shown = new Map();
  for (const each of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(each), above = behind.get(each.parentElement) ?? '';
    const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position,
      style.clipPath].join();
    behind.set(each, own === 'rgba(0, 0, 0, 0),none,1,none,static,none' ? above : `${above}/${own}`);
    const isText = each.matches('input, select, textarea') || [...each.childNodes].some(
      node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!isText || !each.checkVisibility({visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight, textShadow} = style;
    const painting = [behind.get(each), color, fontSize, fontWeight, textShadow].join('|');
    shown.set(painting, [...(shown.get(painting) ?? []), each]);
  }
  window.paintings = shown;
  return [...shown.keys()];
}"""
CONTRAST = """async fresh => {
  const of = new Map(fresh.flatMap(painting => paintings.get(painting).map(each => [each, painting])));
  const {violations, passes} = await axe.run({include: [...of.keys()]}, {runOnly: ['color-contrast'],
    resultTypes: ['violations', 'passes'], elementRef: true, preload: {assets: ['media']}});
  const nodes = passes.flatMap(rule => rule.nodes);
  return [violations.map(rule => [rule.id, rule.nodes.map(node => node.target)]),
    [...new Set(nodes.map(node => of.get(node.element)))]];
}"""
_ASKED: set[str] = set()
_HELD: set[str] = set()
"""The paintings that were legible, of those that were asked."""


def contrast_violations(page: Page) -> Found:
    """Return the texts that are too faint among those that are painted as none that held before."""
    return contrast_of(page)[1]


def contrast_of(page: Page) -> tuple[bool, Found]:
    """Return whether a page shows a painting for the first time, and its texts that are too faint."""
    fresh = [each for each in page.evaluate(PAINTINGS) if each not in _HELD]
    is_new = not _ASKED.issuperset(fresh)
    _ASKED.update(fresh)
    if not fresh:
        return is_new, []
    found, passed = page.evaluate(CONTRAST, fresh)
    if not found:
        _HELD.update(each for each in passed if each)
    return is_new, [(rule, where) for rule, where in found]
