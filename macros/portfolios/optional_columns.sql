{# The columns that a bank may go without, each with the attributes and the measures of portraits that are made of it. #}
{% macro optional_columns() %}
    {{ return({
        'city': ['city'],
        'gender': ['gender', 'women_share'],
        'age': ['age', 'age_band', 'age_mean'],
        'credit_score': ['credit_score', 'credit_score_band', 'credit_score_mean'],
        'property_points': ['property_points', 'property_band', 'property_points_mean'],
        'balance': ['balance', 'has_balance', 'balance_band', 'balance_mean', 'missing_balance_share'],
        'product_count': ['product_count', 'product_count_mean'],
        'has_credit_card': ['has_credit_card', 'card_share'],
        'is_active': ['is_active', 'active_share'],
        'estimated_salary': ['estimated_salary', 'salary_band', 'estimated_salary_mean'],
    }) }}
{% endmacro %}
