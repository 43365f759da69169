"""Reports in Sphinx: `extensions = ["qspect.sphinx"]`.

    .. qspect-report:: reports/mobilenet_v2.qspect.json
       :view: nodes
       :caption: MobileNet v2 on Ethos-U

Paths are as elsewhere in Sphinx: relative to the document, or to the source folder if they start
with `/`. In MyST the directive is a fence, ```{qspect-report} file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset_file

from qspect.version import __version__
from qspect.viewer_files import ELEMENT, VIEWS, ViewerMissingError, asset, summary_line

_logger = logging.getLogger(__name__)

THEMES = ("auto", "light", "dark")
"""The values of the element's `theme`."""


class qspect_report(nodes.General, nodes.Element):
    """The element. Its children are shown if the viewer does not run."""


class QspectReport(SphinxDirective):
    """`.. qspect-report:: file [file …]`: the viewer with these reports.

    If the viewer does not run, the page shows the content, and a link to each file with a summary
    in one line.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "view": lambda argument: directives.choice(argument, VIEWS),
        "report": directives.positive_int,
        "theme": lambda argument: directives.choice(argument, THEMES),
        "height": directives.unchanged_required,
        "caption": directives.unchanged_required,
        "name": directives.unchanged,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Convert the directive to nodes."""
        element = qspect_report()
        element["attributes"] = {
            name: str(self.options[name])
            for name in ("view", "report", "theme", "height")
            if name in self.options
        }
        if self.content:
            element += self.parse_content_to_nodes()
        element += list(self._links())
        return [self._with_caption(element)]

    def _links(self) -> Iterator[nodes.Node]:
        for name in self.arguments[0].split():
            rel_path, path = self.env.relfn2path(name)
            self.env.note_dependency(rel_path)
            if not Path(path).is_file():
                _logger.warning(
                    "qspect-report: there is no file %s",
                    name,
                    location=self.get_location(),
                    type="qspect",
                    subtype="missing",
                )
                continue
            # Sphinx copies the file that this names, under a name of its own, and knows the URL.
            link = addnodes.download_reference("", "", reftarget=name, refdoc=self.env.docname)
            link += nodes.literal("", Path(path).name, classes=["xref", "download"])
            line = nodes.paragraph("", "", link, classes=["qspect-file"])
            if figures := summary_line(path):
                line += nodes.Text(f" {figures}")
            yield line

    def _with_caption(self, element: qspect_report) -> nodes.Node:
        shown: nodes.Element = element
        if "caption" in self.options:
            inline, messages = self.parse_inline(self.options["caption"])
            shown = nodes.figure("", element, nodes.caption("", "", *inline, *messages))
        shown["classes"] += self.options.get("class", [])
        self.set_source_info(shown)
        self.add_name(shown)
        return shown


def _files(element: qspect_report) -> list[str]:
    """Return the files as Sphinx copies them, below the folder of downloads."""
    links = element.findall(addnodes.download_reference)
    return [it["filename"] for it in links if "filename" in it]


def _has_viewer(app: Sphinx) -> bool:
    """Return whether the builder's pages run scripts; most EPUB readers do not."""
    return app.builder.format == "html" and bool(getattr(app.builder, "download_support", False))


def _visit_html(self: Any, element: qspect_report) -> None:
    builder = self.builder
    files = _files(element)
    if not builder.download_support or not files:
        self.body.append(self.starttag(element, "div"))
        self.context.append("</div>\n")
        return
    source = " ".join(posixpath.join(builder.dlpath, quote(it)) for it in files)
    attributes = {"src": source, **element["attributes"]}
    self.body.append(self.starttag(element, "qspect-report", **attributes))
    self.context.append("</qspect-report>\n")


def _depart_html(self: Any, element: qspect_report) -> None:
    self.body.append(self.context.pop())


def _visit_children(self: Any, element: qspect_report) -> None:
    """Visit only the children, in formats for print."""


def _copy_element(app: Sphinx) -> None:
    if not _has_viewer(app):
        return
    try:
        element, notices = [asset(name) for name in ELEMENT], asset("THIRD-PARTY.txt")
    except ViewerMissingError as error:
        raise ExtensionError(str(error)) from None
    # Before any page is written, because Sphinx puts a checksum of the script into its URL.
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    for file in element:
        copy_asset_file(str(file), str(static))
    # Under a name that no project uses itself.
    copy_asset_file(str(notices), str(static / f"qspect.{notices.name}"))


def _add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if doctree is None or not _has_viewer(app):
        return
    if any(_files(it) for it in doctree.findall(qspect_report)):
        app.add_js_file("qspect.js", type="module")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension; called by Sphinx."""
    children = (_visit_children, _visit_children)
    app.add_node(
        qspect_report,
        html=(_visit_html, _depart_html),
        latex=children,
        text=children,
        man=children,
        texinfo=children,
    )
    app.add_directive("qspect-report", QspectReport)
    app.connect("builder-inited", _copy_element)
    app.connect("html-page-context", _add_script)
    return {
        "version": __version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
