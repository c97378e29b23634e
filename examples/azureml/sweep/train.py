"""Fits a ridge regression for each alpha, and keeps each model: run by ../submit.py.

By itself it logs to an offline run, whose files are kept as well.
"""

import os

import joblib
from alphas import alphas
from azureml.core.run import Run
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

os.makedirs("outputs", exist_ok=True)
run = Run.get_context()

x, y = load_diabetes(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=0)

for alpha in alphas():
    ridge = Ridge(alpha=alpha)
    ridge.fit(x_train, y_train)
    mse = mean_squared_error(y_test, ridge.predict(x_test))
    run.log("alpha", alpha)
    run.log("mse", mse)
    file_name = f"ridge_{alpha:.2f}.pkl"
    joblib.dump(value=ridge, filename=os.path.join("outputs", file_name))
    print(f"alpha {alpha:.2f}: mse {mse:.2f}")
