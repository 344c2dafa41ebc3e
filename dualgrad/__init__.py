"""dualgrad: its library is imported as `autograd`, `nn` and `viz`; this package has its command.

`python -m dualgrad --help` is `dualgrad --help`. Next to nothing is imported here: this runs before
it is known whose packages the other three are, and before the command can take a Ctrl-C.
"""

from importlib import import_module

_MARKS = {"autograd": "__native__", "nn": "MLP", "viz": "draw_dot"}
"""A name that no other package has, for each of dualgrad's."""


def require(name: str) -> None:
    """Raise an ImportError that says what to do unless a package of this name is dualgrad's.

    Other projects have packages of the same names: HIPS' `autograd`, for one, of which the files
    end up among those of dualgrad where both are installed.

    >>> require("autograd")
    """
    try:
        ours = hasattr(import_module(name), _MARKS[name])
    except ImportError:  # ours says by itself what is missing
        raise
    except Exception:  # another's, which does not go with the libraries that are here
        ours = False
    if not ours:
        raise ImportError(
            f"the package {name!r} in {_place(name)} is not dualgrad's, but another project's or "
            "what is left of both: they cannot share an environment. Run "
            f"`pip uninstall {name} dualgrad` and install dualgrad again as you did before, or "
            "give it a virtual environment of its own",
            name=name,
        )


def _place(name: str) -> str:
    from importlib.util import find_spec

    spec = find_spec(name)
    return str(spec and (spec.origin or ", ".join(spec.submodule_search_locations or [])))
