"""Reports in MkDocs: `plugins: [qspect]`.

In Markdown, write a fence with the files and the options of the element,

    ```qspect-report
    reports/mobilenet_v2.qspect.json
    view: nodes
    ```

or the element itself, `<qspect-report src="mobilenet_v2.qspect.json"></qspect-report>`. Paths are
relative to the page's file, as in links, or to the folder of documents if they start with `/`.
"""

from __future__ import annotations

import html
import posixpath
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from qspect.viewer_files import ELEMENT, VIEWS, ViewerMissingError, asset, summary_line

_logger = get_plugin_logger(__name__)

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<marks>`{3,}(?!.*`)|~{3,})(?P<info>.*)")
_OPTION = re.compile(r"(?P<name>[a-z]+):(?:\s+(?P<value>.*))?")
_OPTIONS = ("view", "report", "theme", "height", "caption")
_ATTRIBUTE = r"""\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_TAG = re.compile(
    rf"<qspect-report(?P<attributes>(?:{_ATTRIBUTE})*)\s*>(?P<empty>\s*</qspect-report>)?"
)
_SRC = re.compile(r"""(?P<before>\ssrc\s*=\s*)(?P<value>"[^"]*"|'[^']*'|[^\s"'=<>`]+)""")


class QspectConfig(Config):
    """The configuration of the plugin: there are no options."""


class QspectPlugin(BasePlugin[QspectConfig]):
    """Inserts the element and its script into pages with a report."""

    def __init__(self) -> None:
        self._files = Files([])
        # The placeholders for fences in a page's Markdown, until the page is HTML.
        self._fences: dict[str, str] = {}

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the element's files to the site."""
        try:
            element = [asset(name) for name in ELEMENT]
        except ViewerMissingError as error:
            raise PluginError(str(error)) from None
        for file in element:
            files.append(
                File(file.name, str(file.parent), config.site_dir, config.use_directory_urls)
            )
        self._files = files
        return files

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Copy the third-party notices beside the script, under a name that no site uses."""
        notices = asset("THIRD-PARTY.txt")
        shutil.copyfile(notices, Path(config.site_dir, f"qspect.{notices.name}"))

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Replace the fences with placeholder words, which no Markdown extension changes."""
        self._fences = {}
        lines = markdown.splitlines()
        if not any("qspect-report" in it for it in lines):
            return markdown
        return "\n".join(_replace_fences(lines, lambda body: self._fence(body, page)))

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Insert the elements, with URLs that are valid on this page."""
        for word, element in self._fences.items():
            html = html.replace(f"<p>{word}</p>", element).replace(word, element)
        content = _TAG.sub(lambda tag: self._tag(tag, page), html)
        if not _TAG.search(content):
            return content
        # In the content, not in the head: instant navigation runs only the scripts of the content.
        script = self._files.get_file_from_path("qspect.js")
        url = script.url_relative_to(page.file) if script else "qspect.js"
        return f'{content}\n<script type="module" src="{url}"></script>'

    def _fence(self, body: list[str], page: Page) -> str:
        """Return the placeholder word for a fence."""
        paths: list[str] = []
        options: dict[str, str] = {}
        for line in filter(None, map(str.strip, body)):
            option = _OPTION.fullmatch(line)
            if option is None:
                paths += line.split()
            elif option["name"] in _OPTIONS:
                options[option["name"]] = option["value"] or ""
            else:
                self._warn(page, f"there is no option {option['name']!r}")
        if not paths:
            self._warn(page, "a fence that names no file")
        if options.get("view", "overview") not in VIEWS:
            self._warn(page, f"no view {options['view']!r}: there are {', '.join(VIEWS)}")
            del options["view"]
        caption = options.pop("caption", None)
        element = (
            f"<qspect-report{_attributes({'src': ' '.join(paths), **options})}></qspect-report>"
        )
        if caption:
            # As wide as the text: Material's figures are only as wide as their content requires.
            element = (
                f'<figure style="width: 100%; margin-inline: 0">{element}'
                f"<figcaption>{html.escape(caption)}</figcaption></figure>"
            )
        word = f"qspectreport{len(self._fences)}x"
        self._fences[word] = element
        return word

    def _tag(self, tag: re.Match[str], page: Page) -> str:
        """Return the element's tag for this page; an element without children gets links."""
        links: list[str] = []

        def resolve(src: re.Match[str]) -> str:
            urls = []
            for source in html.unescape(src["value"].strip("\"'")).split():
                url, summary = self._resolve(source, page)
                urls.append(url)
                name = html.escape(posixpath.basename(unquote(urlsplit(source).path)))
                link = f'<a href="{html.escape(url)}" download>{name}</a>'
                links.append(f"{link} {html.escape(summary)}".rstrip())
            return f'{src["before"]}"{html.escape(" ".join(urls))}"'

        attributes = _SRC.sub(resolve, tag["attributes"], count=1)
        end = f"{'<br>'.join(links)}</qspect-report>" if tag["empty"] is not None else ""
        return f"<qspect-report{attributes}>{end}"

    def _resolve(self, source: str, page: Page) -> tuple[str, str]:
        """Return the URL of a file on this page, and a summary of the file."""
        parts = urlsplit(source)
        if parts.scheme or parts.netloc or not parts.path:
            return source, ""
        folder = posixpath.dirname(page.file.src_uri)
        path = posixpath.normpath(posixpath.join("/", folder, unquote(parts.path))).lstrip("/")
        file = self._files.get_file_from_path(path)
        if file is None:
            self._warn(page, f"there is no file {source}")
            return source, ""
        return file.url_relative_to(page.file), summary_line(
            file.abs_src_path
        ) if file.abs_src_path else ""

    def _warn(self, page: Page, what: str) -> None:
        _logger.warning("%s: qspect-report: %s", page.file.src_uri, what)


def _replace_fences(lines: list[str], word_for: Callable[[list[str]], str]) -> list[str]:
    """Return the lines with each outermost fence of reports as a paragraph of one word."""
    replaced: list[str] = []
    line_idx = 0
    while line_idx < len(lines):
        start = _FENCE.fullmatch(lines[line_idx])
        if start is None:
            replaced.append(lines[line_idx])
            line_idx += 1
            continue
        end_idx = line_idx + 1
        while end_idx < len(lines) and not _ends(lines[end_idx], start["marks"]):
            end_idx += 1
        if start["info"].strip() == "qspect-report" and end_idx < len(lines):
            word = word_for(lines[line_idx + 1 : end_idx])
            replaced += ["", f"{start['indent']}{word}", ""]
        else:
            # Another fence, even one that contains a fence of reports: that is shown as text.
            replaced += lines[line_idx : end_idx + 1]
        line_idx = end_idx + 1
    return replaced


def _ends(line: str, marks: str) -> bool:
    line = line.strip()
    return len(line) >= len(marks) and not line.strip(marks[0])


def _attributes(values: Mapping[str, Any]) -> str:
    return "".join(f' {name}="{html.escape(str(value))}"' for name, value in values.items())
