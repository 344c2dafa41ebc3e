"""How Sphinx builds the site: `make docs`."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "_ext"), str(ROOT)]
os.environ.setdefault("DUALGRAD_NATIVE", "0")  # signatures are those of the Python source

from autograd import __version__  # noqa: E402

project = "dualgrad"
copyright = "The dualgrad developers"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "myst_nb",
    "primitives",
    "docstrings",
]
exclude_patterns = ["_build", "gallery/*.ipynb", "gallery/*.py.md5", "gallery/*.json"]
templates_path = ["_templates"]
nitpicky = True
nitpick_ignore_regex = [
    # Other projects' names: to link them, a build would have to fetch their inventories.
    (r"py:.*", r"(np|npt|numpy|matplotlib|graphviz|collections|pathlib|os|types|typing)\..*"),
    # In annotations; their attributes are not part of what is promised.
    (r"py:class", r"nn\.modules\.summary\.Row|viz\.explain\.(lesson\.Lesson|telling\.Plan)"),
]

# The text.
default_role = "name"
autosummary_generate = True
autosummary_imported_members = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Raises (when called)", "raises_style")]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
suppress_warnings = ["config.cache"]  # the functions in sphinx_gallery_conf


# The gallery: the lessons in examples/.
sphinx_gallery_conf = {
    "examples_dirs": [str(ROOT / "examples")],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"\.py$",
    "image_scrapers": ("pictures.scrape",),
    "reset_modules": ("pictures.begin",),
    "capture_repr": ("_repr_html_",),
    "within_subsection_order": "FileNameSortKey",
    "remove_config_comments": True,
    "show_memory": False,
    "min_reported_time": 1e9,
    "show_signature": False,
    "download_all_examples": True,
    "abort_on_example_error": True,
    "plot_gallery": "True",
}

# The pages.
html_theme = "pydata_sphinx_theme"
html_title = "dualgrad"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "github_url": "https://github.com/dualgrad/dualgrad",
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_context = {"default_mode": "auto"}

# Formulas, without the network: MathJax comes with a package of Python's index.
_mathjax = importlib.util.find_spec("sphinx-mathjax-offline")
if _mathjax is not None and _mathjax.origin:
    html_static_path.append(str(Path(_mathjax.origin).parent / "static" / "mathjax" / "tex-svg.js"))
    mathjax_path = "tex-svg.js"


def setup(app: Any) -> None:
    """Let the kernels that run the guides not remark that their sockets are not encrypted."""
    profile = Path(app.doctreedir, "ipython", "profile_default")
    profile.mkdir(parents=True, exist_ok=True)
    settings = "get_config().IPKernelApp.log_level = 40\n"
    (profile / "ipython_kernel_config.py").write_text(settings, "utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)
