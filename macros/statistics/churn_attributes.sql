{# The attributes that churn is reported by: the columns of `churn_cells`, additional ones last. #}
{% macro churn_attributes() %}
    {{ return([
        'city', 'gender', 'product_count', 'is_active', 'has_credit_card', 'has_balance', 'age_band',
        'credit_score_band', 'property_band', 'balance_band', 'salary_band',
    ] + additional_attributes()) }}
{% endmacro %}
