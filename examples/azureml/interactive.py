"""One model, logged as it is made: the interactive style of Azure ML.

    python -m epochlog.azureml interactive.py

or, with `azureml` in the imports changed to `epochlog.azureml`, by Python alone.
"""

import joblib
from azureml.core import Experiment, Workspace
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

ALPHA = 0.03

x, y = load_diabetes(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=0)

workspace = Workspace.from_config()
experiment = Experiment(workspace=workspace, name="diabetes-interactive")
run = experiment.start_logging()
run.log("alpha", ALPHA)
run.tag("data", "diabetes")

ridge = Ridge(alpha=ALPHA)
ridge.fit(x_train, y_train)
predicted = ridge.predict(x_test)
run.log("mse", mean_squared_error(y_test, predicted))
run.log_list("coefficients", ridge.coef_)

joblib.dump(value=ridge, filename="outputs/model.pkl")
run.upload_file(name="outputs/model.pkl", path_or_stream="outputs/model.pkl")
run.complete()

print(run)
print(run.get_metrics())
print(run.get_portal_url())
