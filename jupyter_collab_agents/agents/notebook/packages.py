"""Packages whose name differs from what one imports, and names everybody imports alike."""

PACKAGES = {
    "Bio": "biopython",
    "Crypto": "pycryptodome",
    "IPython": "ipython",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "pymupdf",
    "git": "gitpython",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage",
    "googleapiclient": "google-api-python-client",
    "ipywidgets": "ipywidgets",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "mpl_toolkits": "matplotlib",
    "osgeo": "gdal",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "ruamel": "ruamel.yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "umap": "umap-learn",
    "usb": "pyusb",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
"""What to install for an import of another name."""

SAME_NAME = frozenset(
    {
        *("altair", "bokeh", "dask", "duckdb", "fastapi", "flask", "geopandas", "httpx", "jax"),
        *("joblib", "keras", "lightgbm", "lxml", "matplotlib", "networkx", "nltk", "numba"),
        *("numpy", "openpyxl", "pandas", "plotly", "polars", "pyarrow", "pydantic", "pyspark"),
        *("pytest", "requests", "rich", "scipy", "seaborn", "shapely", "spacy", "sqlalchemy"),
        *("statsmodels", "sympy", "tabulate", "tensorflow", "torch", "tqdm", "transformers"),
        *("xarray", "xgboost", "xlrd", "xlsxwriter"),
    }
)
"""Well-known packages that are called as they are imported."""

USUAL_IMPORTS = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "mpl": "import matplotlib as mpl",
    "sns": "import seaborn as sns",
    "px": "import plotly.express as px",
    "go": "import plotly.graph_objects as go",
    "tf": "import tensorflow as tf",
    "nn": "from torch import nn",
    "pl": "import polars as pl",
    "xr": "import xarray as xr",
    "nx": "import networkx as nx",
    "sp": "import scipy as sp",
    "sm": "import statsmodels.api as sm",
    "Path": "from pathlib import Path",
    "datetime": "from datetime import datetime",
    "timedelta": "from datetime import timedelta",
    "date": "from datetime import date",
    "defaultdict": "from collections import defaultdict",
    "Counter": "from collections import Counter",
    "dataclass": "from dataclasses import dataclass",
    "partial": "from functools import partial",
    "tqdm": "from tqdm.auto import tqdm",
    "train_test_split": "from sklearn.model_selection import train_test_split",
    "sqrt": "from math import sqrt",
    "pi": "from math import pi",
    "sleep": "from time import sleep",
}
"""How names without a definition usually come into a notebook."""

OTHER_LANGUAGES = {"true": "True", "false": "False", "null": "None", "nil": "None", "none": "None"}
"""Words of other languages and of JSON."""
