"""A sweep that runs as a script of its own: the style of Azure ML for longer trainings.

    python -m epochlog.azureml submit.py

or, with `azureml` in the imports changed to `epochlog.azureml` here and in sweep/train.py, by
Python alone.
"""

import os

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.widgets import RunDetails

workspace = Workspace.from_config()
experiment = Experiment(workspace=workspace, name="diabetes-sweep")

environment = Environment("user-managed-env")
environment.python.user_managed_dependencies = True

source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sweep")
config = ScriptRunConfig(source_directory=source, script="train.py")
config.run_config.environment = environment

run = experiment.submit(config)
RunDetails(run).show()
run.wait_for_completion(show_output=True)

metrics = run.get_metrics()
best = min(range(len(metrics["mse"])), key=metrics["mse"].__getitem__)
alpha, mse = metrics["alpha"][best], metrics["mse"][best]
model = run.register_model(model_name="ridge", model_path=f"outputs/ridge_{alpha:.2f}.pkl")
print(f"the best of {len(metrics['mse'])}: alpha {alpha:.2f}, mse {mse:.2f}, model {model.id}")
print(run.get_portal_url())
