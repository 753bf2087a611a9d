"""Trains what the services serve, each with its library's usual settings: train.py rows.csv directory"""

import os
import sys

import joblib
import pandas
import xgboost
from sklearn.ensemble import RandomForestClassifier

rows = pandas.read_csv(sys.argv[1])
inputs, label = rows.drop(columns="Class"), rows["Class"]

forest = RandomForestClassifier(n_estimators=100, n_jobs=-1, random_state=1).fit(inputs, label)
# One request has one row: threads would cost more than they bring.
forest.n_jobs = 1
joblib.dump(forest, os.path.join(sys.argv[2], "forest.joblib"))

trees = xgboost.XGBClassifier(n_estimators=100, max_depth=6, random_state=1).fit(inputs, label)
trees.save_model(os.path.join(sys.argv[2], "trees.json"))
