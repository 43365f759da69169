"""What a notebook's last line shows, in a page: `qspect.show` gives Jupyter this HTML."""

import sys

import qspect

shown = qspect.show("reports/mlp_mixed.qspect.json", view="nodes", height=600)
sys.stdout.write(f"<!doctype html><meta charset=utf-8><title>MLP</title>{shown._repr_html_()}")
