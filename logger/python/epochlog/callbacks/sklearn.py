"""scikit-learn: a fitted model, a search, a cross-validation.

    from epochlog.callbacks.sklearn import log_estimator

    with epochlog.Run("iris") as run:
        model.fit(X_train, y_train)
        log_estimator(run, model, X_test, y_test)

scikit-learn has no callbacks, so these are called when the work is done. Each logs to an open
run, which stays open.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from collections.abc import Mapping

if TYPE_CHECKING:
    from epochlog._run import Run

__all__ = ["log_cross_validation", "log_estimator", "log_search"]


def log_estimator(
    run: Run,
    model: Any,
    X: Any,
    y: Any,
    *,
    name: str = "test",
    sample_weight: Any = None,
    params: bool = True,
    importance: bool = True,
) -> None:
    """Logs how a fitted estimator or pipeline does on data, and what it is.

    X, y: what the model predicts from, [n, features], and the true values, [n] or, with several
        targets, [n, targets].
    name: of the evaluation; with several targets they are `name/0` and so on.
    sample_weight: [n], or None.

    A classifier gives predictions with its scores (`predict_proba`, else `decision_function`) and
    `NAME/accuracy`; a regressor predictions and `NAME/r2`; anything else with `score` has
    `NAME/score`. `params` are those of `get_params`, and `model`, its kind; `importance` is what
    the model has of it, `feature_importances_` or `coef_`. Of a search, both are of the model that
    it chose. ValueError and TypeError as for `Run.log_classification`.
    """
    base = import_module("sklearn.base")
    word = "score"
    inner = getattr(model, "best_estimator_", model)  # Of a search, what it chose.
    if params:
        run.log_params(settings(inner))
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    if base.is_classifier(model):
        word = "accuracy"
        log_classes(run, model, X, y, name, sample_weight)
    elif base.is_regressor(model):
        word = "r2"
        log_numbers(run, model, X, y, name, sample_weight)
    if hasattr(model, "score"):
        run.log(f"{name}/{word}", float(model.score(X, y, **weights)))
    if importance:
        log_features(run, inner, X)


def log_search(run: Run, search: Any, *, name: str = "search") -> None:
    """Logs a fitted GridSearchCV, RandomizedSearchCV or the like.

    All of `cv_results_` becomes the table `name`, a row for each candidate: its parameters,
    scores, ranks and times in seconds. The best parameters become parameters of the run and the
    best score `NAME/best_score`, where the search has chosen one.
    """
    results = search.cv_results_
    columns = {
        column: plain_column(values) for column, values in results.items() if column != "params"
    }
    run.log_table(name, columns)
    if hasattr(search, "best_params_"):
        run.log_params({key: plain(value) for key, value in search.best_params_.items()})
    if hasattr(search, "best_score_"):
        run.log(f"{name}/best_score", float(search.best_score_))


def log_cross_validation(run: Run, results: Mapping[str, Any], *, name: str = "cv") -> None:
    """Logs what `cross_validate` or `cross_val_score` gave.

    results: a dict of arrays with one value for each fold, or the array of scores. They become
    the table `name`, a row for each fold; `NAME/test_score` and so on are the means, and
    `NAME/test_score_std` the deviations, over all folds (divided by their number).
    """
    if not isinstance(results, Mapping):
        results = {"test_score": results}
    numbers = {
        column: [float(value) for value in values]
        for column, values in results.items()
        if column not in ("estimator", "indices")
    }
    folds = len(next(iter(numbers.values())))
    run.log_table(name, {"fold": list(range(folds)), **numbers})
    for column, values in numbers.items():
        mean = sum(values) / folds
        deviation = (sum((value - mean) ** 2 for value in values) / folds) ** 0.5
        run.log({f"{name}/{column}": mean, f"{name}/{column}_std": deviation})


# ------------------------------------------------------------------ predictions


def log_classes(run: Run, model: Any, X: Any, y: Any, name: str, weights: Any) -> None:
    predicted = model.predict(X)
    if predicted.ndim > 1:
        log_targets(run, model, X, y, predicted, name, weights)
        return
    run.log_classification(
        y,
        one_column(scores_of(model, X)),
        classes=model.classes_,
        predicted=predicted,
        weights=weights,
        name=name,
    )


def log_targets(
    run: Run, model: Any, X: Any, y: Any, predicted: Any, name: str, weights: Any
) -> None:
    """Several targets have a list of scores, and of classes; several labels a matrix of scores."""
    scores: Any = model.predict_proba(X) if hasattr(model, "predict_proba") else None
    for i in range(predicted.shape[1]):
        is_list = isinstance(scores, list)
        run.log_classification(
            column_of(y, i),
            None if scores is None else one_column(scores[i] if is_list else scores[:, i]),
            classes=model.classes_[i] if is_list else [0, 1],
            predicted=predicted[:, i],
            weights=weights,
            name=f"{name}/{i}",
        )


def scores_of(model: Any, X: Any) -> Any:
    """A score for each class, or of the second of two; None: the model has none."""
    scores = None
    if hasattr(model, "predict_proba"):
        scores = model.predict_proba(X)
    elif hasattr(model, "decision_function"):
        scores = model.decision_function(X)
    if scores is None or scores.ndim == 1:
        return scores
    # One against one: scores of pairs are none of classes.
    return scores if scores.shape[1] == len(model.classes_) else None


def one_column(scores: Any) -> Any:
    """Of two columns the second, which says all."""
    if getattr(scores, "ndim", 1) == 2 and scores.shape[1] == 2:
        return scores[:, 1]
    return scores


def log_numbers(run: Run, model: Any, X: Any, y: Any, name: str, weights: Any) -> None:
    predicted = model.predict(X)
    if predicted.ndim == 1 or predicted.shape[1] == 1:
        run.log_regression(
            column_of(y, 0),
            predicted.reshape(-1),
            weights=weights,
            target=str(y.name) if getattr(y, "name", None) is not None else None,
            name=name,
        )
        return
    targets = [str(target) for target in getattr(y, "columns", range(predicted.shape[1]))]
    for i, target in enumerate(targets):
        run.log_regression(
            column_of(y, i),
            predicted[:, i],
            weights=weights,
            target=target if hasattr(y, "columns") else None,
            name=f"{name}/{target}",
        )


def column_of(y: Any, i: int) -> Any:
    """One target of [n] or [n, targets]: an array, a data frame, a list."""
    if hasattr(y, "iloc"):
        return y.iloc[:, i] if y.ndim > 1 else y
    array = import_module("numpy").asarray(y)
    return array[:, i] if array.ndim > 1 else array


# ------------------------------------------------------------------ the model


def settings(model: Any) -> dict[str, Any]:
    """What the model was made with; of models within it, their kind."""
    kept: dict[str, Any] = {"model": type(model).__name__}
    parameters = model.get_params() if hasattr(model, "get_params") else {}
    for name, value in parameters.items():
        if not isinstance(value, (list, tuple)) or not any(is_step(item) for item in value):
            kept[name] = plain(value)
    return kept


def is_step(item: Any) -> bool:
    """A part of a pipeline: a tuple with an estimator in it."""
    return isinstance(item, tuple) and any(hasattr(part, "get_params") for part in item)


def plain(value: Any) -> Any:
    """A number, truth value or text; of an estimator its kind."""
    if isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return value.item()
    return type(value).__name__ if hasattr(value, "get_params") else str(value)


def plain_column(values: Any) -> list[Any]:
    """A column of results: numbers where all are, else texts, None where there is no value."""
    masked = getattr(values, "mask", None)
    cells = [plain(value) for value in getattr(values, "data", values)]
    if masked is not None:
        hidden = masked if getattr(masked, "ndim", 0) else [bool(masked)] * len(cells)
        cells = [None if is_hidden else cell for cell, is_hidden in zip(cells, hidden)]
    if any(isinstance(cell, str) for cell in cells):
        return [cell if cell is None else str(cell) for cell in cells]
    return cells


def log_features(run: Run, model: Any, X: Any) -> None:
    """How important each feature is to the model, or the last step of a pipeline."""
    last = model[-1] if hasattr(model, "steps") else model
    values = getattr(last, "feature_importances_", None)
    method = "impurity"
    if values is None:
        values, method = getattr(last, "coef_", None), "coefficient"
    if values is None or not hasattr(values, "ndim"):
        return
    if values.ndim == 2 and values.shape[0] == 1:
        values = values[0]
    names = feature_names(model, X, values.shape[-1])
    if values.ndim == 1:
        run.log_importance(names, values, method=method)
        return
    classes = getattr(last, "classes_", range(values.shape[0]))
    if len(classes) == values.shape[0]:
        by_class = {str(label): row for label, row in zip(classes, values)}
        run.log_importance(names, abs(values).mean(axis=0), per_class=by_class, method=method)


def feature_names(model: Any, X: Any, count: int) -> list[str]:
    """The names of what the last step sees, else x0 and so on."""
    names: Any = None
    if hasattr(model, "steps") and len(model.steps) > 1:
        try:
            names = model[:-1].get_feature_names_out()
        except (AttributeError, ValueError):
            names = None
    else:
        names = getattr(model, "feature_names_in_", getattr(X, "columns", None))
    if names is None or len(names) != count:
        return [f"x{i}" for i in range(count)]
    return [str(name) for name in names]
