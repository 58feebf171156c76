"""Axe's rule of contrast, the dearest by far, asked once of all that a text can be painted with.

Its answer depends on what a text is painted with: its colour and size, and what lies behind it. It is asked
of the texts of which a page shows a new such painting; what it cannot tell is asked again on the next page.
"""

from typing import Any

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
_HELD: set[str] = set()
"""The paintings that were legible."""


def contrast_violations(page: Page) -> Found:
    """Return the texts that are too faint among those that are painted as none that held before."""
    fresh = [each for each in page.evaluate(PAINTINGS) if each not in _HELD]
    if not fresh:
        return []
    found, passed = page.evaluate(CONTRAST, fresh)
    if not found:
        _HELD.update(each for each in passed if each)
    return [_read(each) for each in found]


def _read(found: list[Any]) -> tuple[str, list[str]]:
    return found[0], found[1]
