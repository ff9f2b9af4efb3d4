{# The columns that a bank may go without, each with the attributes that are made of it. #}
{% macro optional_columns() %}
    {{ return({
        'city': ['city'],
        'gender': ['gender'],
        'age': ['age', 'age_band'],
        'credit_score': ['credit_score', 'credit_score_band'],
        'property_points': ['property_points', 'property_band'],
        'balance': ['balance', 'has_balance', 'balance_band'],
        'product_count': ['product_count'],
        'has_credit_card': ['has_credit_card'],
        'is_active': ['is_active'],
        'estimated_salary': ['estimated_salary', 'salary_band'],
    }) }}
{% endmacro %}
