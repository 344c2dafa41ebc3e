"""What lessons show, as files of the site: drawings, figures and animations."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from autograd import Value
from viz import animate_paths, draw_dot, gallery

PICTURES = Path(__file__).parents[2] / "docs" / "_ext" / "pictures.py"


def test_each_kind_becomes_a_file_of_its_kind(tmp_path: Path) -> None:
    pytest.importorskip("sphinx_gallery", reason="the extra `docs` brings sphinx-gallery")
    pictures = runpy.run_path(str(PICTURES))
    path = np.array([[-7.0, 2.0], [-3.0, 0.5], [0.0, 0.0]])
    shown = {
        "graph": draw_dot(Value(1.0, "x") * 2.0),
        "curve": Figure(),
        "descent": animate_paths(lambda p: p[0] ** 2 + p[1] ** 2, {"sgd": path}),
    }
    places = (str(tmp_path / f"sphx_{k}.png") for k in range(1, 9))
    try:
        pictures["begin"]({}, None)
        for name, picture in shown.items():
            gallery.show(picture, name)
        page = pictures["scrape"]((), {"image_path_iterator": places}, {"src_dir": str(tmp_path)})
        assert pictures["scrape"]((), {"image_path_iterator": places}, {"src_dir": ""}) == ""
    finally:
        gallery.take(None)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["sphx_1.svg", "sphx_2.png", "sphx_3.gif"]
    assert all(name in page for name in files)
