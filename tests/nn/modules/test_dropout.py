from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from autograd import Tensor
from nn import Dropout, Linear, Sequential


def test_in_training_entries_vanish_and_the_mean_stays() -> None:
    out = Dropout(0.25, seed=0)(np.ones((200, 100)))
    assert set(np.unique(out)) == {0.0, 1.0 / 0.75}
    assert abs((out == 0.0).mean() - 0.25) < 0.01
    assert abs(out.mean() - 1.0) < 0.02


def test_values_get_the_same_choices_as_numbers() -> None:
    x = np.arange(1.0, 21.0).reshape(4, 5)
    recorded = Dropout(0.5, seed=3)(Tensor(x))
    np.testing.assert_array_equal(recorded.numpy(), Dropout(0.5, seed=3)(x))


def test_gradients_pass_where_entries_stayed() -> None:
    x = Tensor(np.ones(50))
    out = Dropout(0.5, seed=1)(x)
    out.backward()
    np.testing.assert_array_equal(x.grad, out.numpy())


@pytest.mark.parametrize("off", ["eval", "predict", "p"])
def test_switched_off_it_does_nothing(off: str) -> None:
    x = np.arange(6.0)
    layer = Dropout(0.0 if off == "p" else 0.9, seed=0)
    if off == "eval":
        layer.eval()
    np.testing.assert_array_equal(layer.predict(x) if off == "predict" else layer(x), x)


def test_predict_leaves_training_on_and_the_choices_alone() -> None:
    one, other = Dropout(seed=0), Dropout(seed=0)
    one.predict(np.ones(100))
    assert one.training
    np.testing.assert_array_equal(one(np.ones(100)), other(np.ones(100)))


def test_the_model_s_seed_reaches_it() -> None:
    def out(seed: int) -> np.ndarray:
        model = Sequential(Linear(3, 50), Dropout(0.5), seed=seed)
        return model(np.ones((2, 3))).numpy()

    np.testing.assert_array_equal(out(1), out(1))
    assert (out(1) != out(2)).any()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_goes_on_alike(copied: object) -> None:
    assert callable(copied)
    layer = Dropout(0.5, seed=0)
    layer(np.ones(3))
    twin = copied(layer)
    np.testing.assert_array_equal(twin(np.ones(50)), layer(np.ones(50)))


def test_it_makes_itself_known() -> None:
    assert repr(Dropout(0.2)) == "Dropout(p=0.2)"
    assert Dropout(0.2).config() == {"p": 0.2}
    assert Dropout.from_config({"p": 0.2}).p == 0.2
    assert Dropout().output_shape((3, 4)) == (3, 4)
    assert Dropout().parameters() == []


@pytest.mark.parametrize("p", [1.0, -0.1, 2, float("nan"), float("inf")])
def test_p_is_a_probability_below_one(p: float) -> None:
    with pytest.raises(ValueError, match="p of Dropout must be at least 0 and below 1"):
        Dropout(p)


@pytest.mark.parametrize("p", ["0.5", None, [0.5]])
def test_p_is_a_number(p: object) -> None:
    with pytest.raises(TypeError, match="p of Dropout"):
        Dropout(p)  # type: ignore[arg-type]
