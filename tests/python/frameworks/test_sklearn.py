"""The helpers with scikit-learn's models, searches and cross-validations."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn import datasets, ensemble, linear_model, metrics, multioutput, svm  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.model_selection import (  # noqa: E402
    GridSearchCV,
    RandomizedSearchCV,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

import epochlog  # noqa: E402
from epochlog.callbacks.sklearn import (  # noqa: E402
    log_cross_validation,
    log_estimator,
    log_search,
)


def logged(model: Any, x: Any, y: Any, **options: Any) -> epochlog.SavedRun:
    """The run of a model that is fitted to one half and looked at on the other."""
    half = slice(None, None, 2), slice(1, None, 2)
    model.fit(x[half[0]], y[half[0]])
    with epochlog.Run("model") as run:
        log_estimator(run, model, x[half[1]], y[half[1]], **options)
        assert run.is_open
    return epochlog.open_run(run.folder)


@pytest.fixture
def iris() -> Any:
    return datasets.load_iris(return_X_y=True, as_frame=True)


@pytest.fixture
def cancer() -> Any:
    return datasets.load_breast_cancer(return_X_y=True)


@pytest.fixture
def diabetes() -> Any:
    return datasets.load_diabetes(return_X_y=True, as_frame=True)


def test_a_forest_on_three_classes(root, iris) -> None:
    x, y = iris
    model = ensemble.RandomForestClassifier(n_estimators=10, random_state=1)
    run = logged(model, x, y)
    test = run.evaluations["test"]
    probabilities = model.predict_proba(x[1::2])
    assert test.classes == ("0", "1", "2")
    assert list(test.true_class) == list(y[1::2])
    assert numpy.array_equal(numpy.column_stack(test.scores), probabilities)
    assert list(test.predicted_class) == list(model.predict(x[1::2]))
    assert run["test/accuracy"].last == metrics.accuracy_score(y[1::2], model.predict(x[1::2]))
    assert run.params["model"] == "RandomForestClassifier"
    assert (run.params["n_estimators"], run.params["max_depth"]) == (10, "None")
    importance = run.evaluations["importance"]
    assert list(importance.features) == list(x.columns)
    assert list(importance.overall) == list(model.feature_importances_)
    assert importance.method == "impurity"


def test_two_classes_called_by_name(root, iris) -> None:
    x, y = iris
    x, y = x[:100], y[:100].map({0: "setosa", 1: "versicolor"})
    model = linear_model.LogisticRegression()
    run = logged(model, x, y, name="valid", importance=False)
    valid = run.evaluations["valid"]
    assert valid.classes == ("setosa", "versicolor")
    assert list(valid.scores[1]) == list(model.predict_proba(x[1::2])[:, 1])
    assert set(run.evaluations) == {"valid"}
    assert run["valid/accuracy"].last == 1.0


def test_decision_values_stand_in_for_probabilities(root, cancer) -> None:
    x, y = cancer
    model = make_pipeline(StandardScaler(), svm.LinearSVC(random_state=1))
    run = logged(model, x, y)
    test = run.evaluations["test"]
    assert list(test.scores[1]) == list(model.decision_function(x[1::2]))
    assert list(test.predicted_class) == list(model.predict(x[1::2]))
    assert (run.params["linearsvc__C"], run.params["linearsvc"]) == (1.0, "LinearSVC")
    assert "steps" not in run.params
    assert run.evaluations["importance"].method == "coefficient"
    assert list(run.evaluations["importance"].features)[0] == "x0"


def test_scores_of_pairs_are_left_out(root, iris) -> None:
    x, y = datasets.load_digits(n_class=4, return_X_y=True)
    model = svm.SVC(decision_function_shape="ovo")
    test = logged(model, x, y).evaluations["test"]
    assert test.scores is None
    assert list(test.predicted_class) == list(model.predict(x[1::2]))


def test_coefficients_of_each_class(root, iris) -> None:
    x, y = iris
    model = linear_model.LogisticRegression(max_iter=1000)
    importance = logged(model, x, y).evaluations["importance"]
    assert list(importance.overall) == pytest.approx(list(abs(model.coef_).mean(axis=0)))
    for row, expected in zip(importance.per_class, model.coef_):
        assert list(row) == list(expected)


def test_a_regression_with_weights(root, diabetes) -> None:
    x, y = diabetes
    weights = numpy.linspace(1, 2, len(y))[1::2]
    model = linear_model.Ridge(alpha=0.1)
    run = logged(model, x, y, sample_weight=weights)
    test = run.evaluations["test"]
    assert list(test.true_value) == list(y[1::2])
    assert list(test.predicted) == list(model.predict(x[1::2]))
    assert (list(test.weights), test.target) == (list(weights), "target")
    assert run["test/r2"].last == model.score(x[1::2], y[1::2], weights)
    assert run.params["alpha"] == 0.1


def test_features_behind_a_transformer_keep_its_names(root, diabetes) -> None:
    x, y = diabetes
    columns = ColumnTransformer([("scaled", StandardScaler(), ["bmi", "bp"])])
    model = make_pipeline(columns, linear_model.Lasso(alpha=0.1))
    importance = logged(model, x, y).evaluations["importance"]
    assert list(importance.features) == ["scaled__bmi", "scaled__bp"]
    assert list(importance.overall) == list(model[-1].coef_)


def test_several_targets(root) -> None:
    x, y = datasets.load_linnerud(return_X_y=True, as_frame=True)
    model = linear_model.LinearRegression()
    run = logged(model, x, y)
    assert set(run.evaluations) - {"importance"} == {"test/Weight", "test/Waist", "test/Pulse"}
    assert list(run.evaluations["test/Waist"].predicted) == list(model.predict(x[1::2])[:, 1])


def test_several_targets_with_classes(root, cancer) -> None:
    x, y = cancer
    both = numpy.column_stack([y, x[:, 0] > 15])
    forest = ensemble.RandomForestClassifier(n_estimators=5, random_state=1)
    model = multioutput.MultiOutputClassifier(forest)
    run = logged(model, x, both)
    assert list(run.evaluations["test/1"].true_class) == list(both[1::2, 1])
    assert list(run.evaluations["test/0"].scores[1]) == list(model.predict_proba(x[1::2])[0][:, 1])


def test_a_clustering_has_a_score(root, iris) -> None:
    x, y = iris
    run = logged(KMeans(3, n_init=1, random_state=1), x, y)
    assert run.evaluations == {}
    assert run["test/score"].last < 0
    assert run.params["n_clusters"] == 3


# ------------------------------------------------------------------- searches


def test_a_grid_search_is_a_table(root, diabetes) -> None:
    grid = {"alpha": [0.01, 0.1, 1.0], "solver": ["auto", "svd"]}
    search = GridSearchCV(linear_model.Ridge(), grid, cv=3).fit(*diabetes)
    with epochlog.Run("search") as run:
        log_search(run, search)
    read = epochlog.open_run(run.folder)
    table = read["search"].columns
    assert list(table["param_alpha"]) == [0.01, 0.01, 0.1, 0.1, 1.0, 1.0]
    assert list(table["param_solver"]) == ["auto", "svd"] * 3
    assert list(table["mean_test_score"]) == list(search.cv_results_["mean_test_score"])
    assert list(table["rank_test_score"]) == list(search.cv_results_["rank_test_score"])
    assert "params" not in table
    assert read.params == search.best_params_
    assert read["search/best_score"].last == search.best_score_


def test_a_search_with_parameters_that_some_candidates_lack(root, diabetes) -> None:
    grid = [{"alpha": [0.1]}, {"fit_intercept": [True, False]}]
    search = GridSearchCV(linear_model.Ridge(), grid, cv=2, refit=False).fit(*diabetes)
    with epochlog.Run("search") as run:
        log_search(run, search, name="grid")
    table = epochlog.open_run(run.folder)["grid"].columns
    alpha = list(table["param_alpha"])
    assert alpha[0] == 0.1 and numpy.isnan(alpha[1:]).all()
    assert list(table["param_fit_intercept"])[1:] == [True, False]


def test_a_search_over_models(root, cancer) -> None:
    x, y = cancer
    pipeline = make_pipeline(StandardScaler(), linear_model.LogisticRegression())
    grid = {"logisticregression": [linear_model.LogisticRegression(), svm.LinearSVC()]}
    search = RandomizedSearchCV(pipeline, grid, n_iter=2, cv=2, random_state=1).fit(x, y)
    with epochlog.Run("search") as run:
        log_search(run, search)
        log_estimator(run, search, x, y)
    read = epochlog.open_run(run.folder)
    assert set(read["search"].columns["param_logisticregression"]) == {
        "LogisticRegression", "LinearSVC"
    }  # fmt: skip
    assert read.params["model"] == "Pipeline"
    assert read.evaluations["importance"].count == 30
    assert list(read.evaluations["test"].predicted_class) == list(search.predict(x))


def test_a_cross_validation_is_a_table_of_folds(root, cancer) -> None:
    results = cross_validate(
        linear_model.RidgeClassifier(), *cancer, cv=4, scoring=["accuracy", "f1"],
        return_estimator=True, return_indices=True, return_train_score=True,
    )  # fmt: skip
    with epochlog.Run("folds") as run:
        log_cross_validation(run, results)
    read = epochlog.open_run(run.folder)
    table = read["cv"].columns
    assert list(table["fold"]) == [0, 1, 2, 3]
    assert list(table["test_f1"]) == list(results["test_f1"])
    assert not {"estimator", "indices"} & set(table)
    assert read["cv/test_f1"].last == pytest.approx(results["test_f1"].mean())
    assert read["cv/test_f1_std"].last == pytest.approx(results["test_f1"].std())


def test_scores_alone_are_a_table_too(root, cancer) -> None:
    scores = cross_val_score(linear_model.RidgeClassifier(), *cancer, cv=3)
    with epochlog.Run("folds") as run:
        log_cross_validation(run, scores, name="accuracy")
    read = epochlog.open_run(run.folder)
    assert list(read["accuracy"].columns["test_score"]) == list(scores)


def test_labels_that_the_model_does_not_know(root, iris) -> None:
    x, y = iris
    model = linear_model.LogisticRegression(max_iter=1000).fit(x, y)
    with epochlog.Run("model") as run, pytest.raises(ValueError):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            log_estimator(run, model, x, y + 5)
