"""YAML text → plain values, each with its line number.

Narrower than YAML on purpose: keys stay as typed (`05` and `no` are texts), dates stay texts, no tags, no
references. Anything else becomes an error with its line, and reading goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str, ...]

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 20
"""The C composer recurses without a guard: deeper text would end the process."""

REFERENCE = "les renvois YAML (« & » et « * ») ne sont pas admis : recopiez la valeur"

_READ_AS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:timestamp": str,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in ("true", "yes", "on"),
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}


@dataclass(frozen=True)
class FileError:
    """One error: the path in the data, the line, and a French sentence."""

    path: Path
    line: int
    sentence: str


@dataclass
class Tree:
    """`values` as plain Python, `lines` by path; the line of an entry is that of its key."""

    values: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    misfits: list[FileError] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """Return the line of the path, or of its nearest written ancestor."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def refuse(self, path: Path, line: int, sentence: str) -> None:
        self.misfits.append(FileError(path, line, sentence))


def read_tree(text: str) -> Tree:
    tree = Tree()
    try:
        too_deep = _line_too_deep(text)
        if too_deep:
            tree.refuse((), too_deep, f"le fichier est imbriqué sur plus de {DEEPEST} niveaux")
            return tree
        node = LOADER(text).get_single_node()
        tree.values = _value(tree, node, (), set()) if node else None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        tree.misfits.append(_syntax_misfit(error))
    return tree


def _line_too_deep(text: str) -> int | None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return _line(event)
    return None


def _line(written: yaml.Event | yaml.Node) -> int:
    mark = written.start_mark
    return mark.line + 1 if mark else 1  # both loaders mark all nodes they read


def _syntax_misfit(error: yaml.YAMLError | UnicodeEncodeError) -> FileError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", "")
    return FileError((), mark.line + 1 if mark else 1, f"le fichier n'est pas du YAML lisible ({problem})")


def _value(tree: Tree, node: yaml.Node, path: Path, seen: set[int]) -> Any:
    if id(node) in seen:  # a reference to it: following it might never end
        tree.refuse(path, tree.line_of(path), REFERENCE)
        return None
    seen.add(id(node))
    tree.lines.setdefault(path, _line(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(tree, node, path, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_value(tree, item, (*path, str(rank)), seen) for rank, item in enumerate(node.value)]
    return _scalar(tree, node, path)


def _mapping(tree: Tree, node: yaml.MappingNode, path: Path, seen: set[int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            tree.refuse(path, line, "une clé doit être un simple texte")
            continue
        key = str(key_node.value)
        if key in values:
            first = tree.lines[(*path, key)]
            tree.refuse((*path, key), line, f"cette clé est écrite deux fois (déjà ligne {first})")
            continue
        tree.lines[(*path, key)] = line
        values[key] = _value(tree, value_node, (*path, key), seen)
    return values


def _scalar(tree: Tree, node: yaml.Node, path: Path) -> Any:
    try:
        return _READ_AS[node.tag](node.value)
    except KeyError:
        tree.refuse(path, _line(node), f"l'étiquette YAML « {node.tag} » n'est pas admise")
    except ValueError:
        tree.refuse(path, _line(node), f"valeur illisible : « {node.value} »")
    return None
