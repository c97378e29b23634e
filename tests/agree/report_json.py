"""Whether report.json has the numbers that were compared: those numbers.c printed for
the same predictions.
"""

import numpy as np

CALIBRATION = ("ece", "mce", "brier", "mcb", "dsc", "unc", "rel", "res", "wbv", "wbc", "brier_skill")


def number(value):
    return float("nan") if value is None else float(value)


def numbers(values):
    return [number(value) for value in values]


def points(check, want, got, has_all):
    """All points, or of a long curve those that were kept."""
    got = {name: np.array(numbers(got[name])) for name in ("x", "y", "threshold")}
    want = {name: np.array(want[name], dtype=float) for name in got}
    if not has_all:
        place = np.searchsorted(-want["threshold"], -got["threshold"])
        want = {name: values[place] for name, values in want.items()}
    for name in got:
        check.near(name, want[name], got[name], floor=1e-15)


def one_class(check, want, got, name, has_all, is_mean):
    """`got` finds the part of a kind of curve that belongs to the class."""
    kinds = {"roc": (want["roc"]["curve"], {"auc": want["roc"]["auc"]}),
             "pr": (want["pr"]["curve"], {"ap": want["pr"]["ap"], "prevalence": want["pr"]["prevalence"]}),
             "gain": (want["gain"]["gain"], {"accuracy_ratio": want["gain"]["accuracy_ratio"]}),
             "lift": (want["gain"]["lift"], {"highest_lift": want["gain"]["highest_lift"]})}
    if not is_mean:
        kinds["roc"][1]["best_threshold"] = want["roc"]["best_threshold"]
        kinds["gain"][1]["ks"] = want["gain"]["ks"]
    for kind, (curve, fields) in kinds.items():
        with check.at(f"{kind}.{name}"):
            shown = got(kind)
            if has_all or not is_mean:  # The grid of a long mean curve is another one.
                points(check, curve, shown, has_all)
            check.fields({field: number(value) for field, value in fields.items()},
                         {field: number(shown[field]) for field in fields})
    with check.at(f"calibration.{name}"):
        calibration(check, want["calibration"], got("calibration"))


def calibration(check, want, got):
    table = np.array(want["bins"], dtype=float).reshape(-1, 8)
    for column, place in (("count", 2), ("x", 4), ("y", 5), ("low", 6), ("high", 7)):
        check.near(column, table[:, place], numbers(got[column]))
    check.fields({name: number(want[name]) for name in CALIBRATION}, {name: number(got[name]) for name in CALIBRATION})


def per_class(check, want, got, name):
    curves = got["curves"]
    with check.at(name):
        check.near("auc_interval", want["delong"]["best"], numbers(curves["roc"][name].get("auc_interval", [None] * 2)))
        if "ks" in curves:
            shown = curves["ks"][name]
            check.fields({"d": want["gain"]["ks"], "at": want["gain"]["ks_threshold"], "p": number(want["gain"]["ks_p"])},
                         {key: number(shown[key]) for key in ("d", "at", "p")})
        deciles = want["gain"]["deciles"]
        for field in deciles[0] if deciles else ():
            check.near(f"deciles.{field}", [row[field] for row in deciles], numbers(got["deciles"][name][field]))


def classification(check, want, got, names):
    classes = len(names)
    check.same("classes", names, got["classes"])
    check.near("confusion", np.reshape(want["confusion"]["cell"], (classes, classes)),
               np.array(got["confusion"]["matrix"], dtype=float))
    has_all = got["curves_have_all_points"]
    for k, name in enumerate(names):
        part = want["classes"][k]
        if part["reason"]:
            continue
        one_class(check, part, lambda kind, name=name: got["curves"][kind][name], name, has_all, False)
        per_class(check, part, got, name)
    for name in ("micro", "macro"):
        one_class(check, want[name], lambda kind, name=name: got["curves"][kind][name], name, has_all, name == "macro")


def regression(check, want, got):
    for mine, shown in (("residual_bins", "residuals"), ("predicted_bins", "predictions")):
        with check.at(shown):
            for field in ("edges", "counts", "mean", "stddev", "averages", "errors"):
                if field in got[shown] and field in want[mine]:
                    check.near(field, want[mine][field], np.array(got[shown][field], dtype=float))
    if "coverage" in want and "coverage" in got:
        with check.at("coverage"):
            for mine, shown in (("share", "share"), ("share_interval", "interval"), ("mean_width", "mean_width"),
                                ("median_width", "median_width"), ("interval_score", "winkler_score"),
                                ("pinball_lower", "pinball_lower"), ("pinball_upper", "pinball_upper")):
                check.near(shown, want["coverage"][mine], np.array(got["coverage"][shown], dtype=float))


def evaluation(check, want, got, kind, names=None):
    """One evaluation of report.json."""
    check.same("type", kind, got["type"])
    check.same("n", want["rows"], got["n"])
    check.same("names of scalars", sorted(want["scalars"]), sorted(got["scalars"]))
    with check.at("scalars"):
        check.fields({name: number(value) for name, value in want["scalars"].items()},
                     {name: number(value) for name, value in got["scalars"].items()})
    if kind == "classification":
        classification(check, want, got, names)
    else:
        regression(check, want, got)
