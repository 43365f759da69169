"""Sphinx with MyST and a theme that has a dark mode."""

project = "Models"
extensions = ["myst_parser", "qspect.sphinx"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["hostile.css"]
