"""Extracts in four layouts that public data sets made well known. Names of columns are theirs, no row is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

Draw = np.random.Generator

SANTANDER_PRODUCTS = tuple(
    f"ind_{name}_ult1"
    for name in (
        *("ahor_fin", "aval_fin", "cco_fin", "cder_fin", "cno_fin", "ctju_fin", "ctma_fin", "ctop_fin"),
        *("ctpp_fin", "deco_fin", "deme_fin", "dela_fin", "ecue_fin", "fond_fin", "hip_fin", "plan_fin"),
        *("pres_fin", "reca_fin", "tjcr_fin", "valo_fin", "viv_fin", "nomina", "nom_pens", "recibo"),
    )
)


def some(draw: Draw, values: str, weights: list[float], rows: int) -> np.ndarray:
    """One of the values, parted by `|`, for every row."""
    shares = np.array(weights) / sum(weights)
    return draw.choice(values.split("|"), rows, p=shares)


def leaves(draw: Draw, chance: np.ndarray) -> np.ndarray:
    return draw.random(len(chance)) < np.clip(chance, 0.01, 0.95)


def bank_churners(draw: Draw, rows: int) -> pd.DataFrame:
    """Holders of credit cards: 23 columns, the last two of which an earlier model made from churn."""
    count, months = draw.integers(10, 140, rows), draw.integers(0, 7, rows)
    left = leaves(draw, 0.45 - count / 220 + 0.05 * (months > 3))
    limit = np.round(draw.lognormal(8.7, 0.8, rows), 0)
    debt = np.minimum(draw.integers(0, 2518, rows), limit)
    card = some(draw, "Blue|Silver|Gold|Platinum", [93, 5, 1.5, 0.5], rows)
    model = np.where(left, draw.uniform(0.98, 1, rows), draw.uniform(0, 0.01, rows)).round(6)
    of_model = (
        "Naive_Bayes_Classifier_Attrition_Flag_Card_Category_Contacts_Count_12_mon_Dependent_count"
        "_Education_Level_Months_Inactive_12_mon_"
    )
    levels = "High School|Graduate|Uneducated|Unknown|College|Post-Graduate|Doctorate"
    incomes = "Less than $40K|$40K - $60K|$60K - $80K|$80K - $120K|$120K +|Unknown"
    return pd.DataFrame(
        {
            "CLIENTNUM": 708_000_000 + draw.permutation(rows) * 7,
            "Attrition_Flag": np.where(left, "Attrited Customer", "Existing Customer"),
            "Customer_Age": draw.integers(26, 74, rows),
            "Gender": some(draw, "F|M", [53, 47], rows),
            "Dependent_count": draw.integers(0, 6, rows),
            "Education_Level": some(draw, levels, [20, 31, 15, 15, 10, 5, 4], rows),
            "Marital_Status": some(draw, "Married|Single|Unknown|Divorced", [46, 39, 8, 7], rows),
            "Income_Category": some(draw, incomes, [35, 18, 14, 15, 7, 11], rows),
            "Card_Category": card,
            "Months_on_book": draw.integers(13, 57, rows),
            "Total_Relationship_Count": draw.integers(1, 7, rows),
            "Months_Inactive_12_mon": months,
            "Contacts_Count_12_mon": draw.integers(0, 7, rows),
            "Credit_Limit": limit,
            "Total_Revolving_Bal": debt,
            "Avg_Open_To_Buy": limit - debt,
            "Total_Amt_Chng_Q4_Q1": draw.gamma(12, 0.063, rows).round(3),
            "Total_Trans_Amt": (count * draw.uniform(40, 110, rows)).round(0),
            "Total_Trans_Ct": count,
            "Total_Ct_Chng_Q4_Q1": draw.gamma(9, 0.079, rows).round(3),
            "Avg_Utilization_Ratio": (debt / limit).round(3),
            of_model + "1": model,
            of_model + "2": 1 - model,
        }
    )


def telco_churn(draw: Draw, rows: int) -> pd.DataFrame:
    """Subscribers of a telephone company: 21 columns, a sum that is a space for those who have just come."""
    tenure, monthly = draw.integers(0, 73, rows), draw.uniform(18, 119, rows).round(2)
    contract = some(draw, "Month-to-month|One year|Two year", [55, 21, 24], rows)
    left = leaves(draw, 0.45 * (contract == "Month-to-month") - tenure / 300 + 0.08)
    internet = some(draw, "DSL|Fiber optic|No", [34, 44, 22], rows)
    service = some(draw, "Yes|No", [90, 10], rows)

    def option() -> np.ndarray:
        return np.where(internet == "No", "No internet service", some(draw, "Yes|No", [45, 55], rows))

    payments = "Electronic check|Mailed check|Bank transfer (automatic)|Credit card (automatic)"
    return pd.DataFrame(
        {
            "customerID": [f"{number:04d}-ABCDE" for number in draw.permutation(rows)],
            "gender": some(draw, "Female|Male", [1, 1], rows),
            "SeniorCitizen": draw.integers(0, 2, rows),
            "Partner": some(draw, "Yes|No", [48, 52], rows),
            "Dependents": some(draw, "Yes|No", [30, 70], rows),
            "tenure": tenure,
            "PhoneService": service,
            "MultipleLines": np.where(
                service == "No", "No phone service", some(draw, "Yes|No", [1, 1], rows)
            ),
            "InternetService": internet,
            **{
                name: option()
                for name in (
                    *("OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport"),
                    *("StreamingTV", "StreamingMovies"),
                )
            },
            "Contract": contract,
            "PaperlessBilling": some(draw, "Yes|No", [59, 41], rows),
            "PaymentMethod": some(draw, payments, [34, 23, 22, 21], rows),
            "MonthlyCharges": monthly,
            "TotalCharges": np.where(tenure == 0, " ", (tenure * monthly).round(2).astype(str)),
            "Churn": np.where(left, "Yes", "No"),
        }
    )


def churn_modelling(draw: Draw, rows: int) -> pd.DataFrame:
    """Clients of a bank in three countries: 14 columns."""
    age, products = draw.integers(18, 93, rows), draw.choice([1, 2, 3, 4], rows, p=[0.5, 0.46, 0.03, 0.01])
    country, active = some(draw, "France|Germany|Spain", [50, 25, 25], rows), draw.integers(0, 2, rows)
    left = leaves(
        draw, (age - 30) / 120 + 0.15 * (country == "Germany") - 0.1 * active + 0.5 * (products > 2)
    )
    return pd.DataFrame(
        {
            "RowNumber": np.arange(1, rows + 1),
            "CustomerId": 15_565_701 + draw.permutation(rows) * 13,
            "Surname": [f"Surname{number % (rows // 3)}" for number in range(rows)],
            "CreditScore": draw.integers(350, 851, rows),
            "Geography": country,
            "Gender": some(draw, "Female|Male", [45, 55], rows),
            "Age": age,
            "Tenure": draw.integers(0, 11, rows),
            "Balance": np.where(draw.random(rows) < 0.36, 0, draw.normal(119_000, 30_000, rows).round(2)),
            "NumOfProducts": products,
            "HasCrCard": draw.integers(0, 2, rows),
            "IsActiveMember": active,
            "EstimatedSalary": draw.uniform(11, 199_993, rows).round(2),
            "Exited": left.astype(int),
        }
    )


def santander(draw: Draw, rows: int) -> pd.DataFrame:
    """Clients of a Spanish bank: 24 columns about them, 24 flags of products, and churn beside them."""
    flags = {
        name: (draw.random(rows) < share).astype(int)
        for name, share in zip(SANTANDER_PRODUCTS, draw.uniform(0.01, 0.6, 24), strict=True)
    }
    old = draw.integers(0, 250, rows)
    left = leaves(
        draw, 0.25 - 0.2 * flags["ind_cco_fin_ult1"] - 0.1 * flags["ind_recibo_ult1"] + 0.1 * (old < 50)
    )
    days = pd.Timestamp("2016-04-28") - pd.to_timedelta(old * 30, unit="D")
    income = draw.lognormal(11.5, 0.6, rows).round(2)
    age = draw.integers(20, 95, rows)
    provinces = np.array([f"PROVINCIA {number:02d}" for number in range(1, 53)])
    province = draw.integers(0, 52, rows)
    return pd.DataFrame(
        {
            "fecha_dato": "2016-04-28",
            "ncodpers": 15_889 + draw.permutation(rows) * 31,
            "ind_empleado": some(draw, "N|A|B|F", [97, 1, 1, 1], rows),
            "pais_residencia": some(draw, "ES|FR|DE|GB", [97, 1, 1, 1], rows),
            "sexo": some(draw, "H|V", [45, 55], rows),
            "age": [f"{one:3d}" for one in age],
            "fecha_alta": days.strftime("%Y-%m-%d"),
            "ind_nuevo": (old < 6).astype(int),
            "antiguedad": [f"{one:7d}" for one in old],
            "indrel": np.where(draw.random(rows) < 0.01, 99, 1),
            "ult_fec_cli_1t": np.where(draw.random(rows) < 0.01, "2016-04-20", ""),
            "indrel_1mes": "1.0",
            "tiprel_1mes": some(draw, "A|I", [45, 55], rows),
            "indresi": some(draw, "S|N", [99, 1], rows),
            "indext": some(draw, "N|S", [95, 5], rows),
            "conyuemp": np.where(draw.random(rows) < 0.02, "N", ""),
            "canal_entrada": some(draw, "KHE|KAT|KFC|KHQ|KFA", [40, 30, 20, 5, 5], rows),
            "indfall": "N",
            "tipodom": "1",
            "cod_prov": province + 1,
            "nomprov": provinces[province],
            "ind_actividad_cliente": draw.integers(0, 2, rows),
            "renta": np.where(draw.random(rows) < 0.2, "NA", income.astype(str)),
            "segmento": some(draw, "01 - TOP|02 - PARTICULARES|03 - UNIVERSITARIO", [4, 60, 36], rows),
            **flags,
            "churn": left.astype(int),
        }
    )


LAYOUTS: dict[str, Callable[[Draw, int], pd.DataFrame]] = {
    "bank_churners": bank_churners,
    "telco": telco_churn,
    "modelling": churn_modelling,
    "santander": santander,
}


def write_layout(name: str, path: Path, rows: int) -> pd.DataFrame:
    """Write an extract, the same at each run; returns its fields as text, as they stand in the file."""
    LAYOUTS[name](np.random.default_rng(sorted(LAYOUTS).index(name)), rows).to_csv(path, index=False)
    return pd.read_csv(path, dtype=str, keep_default_na=False)
