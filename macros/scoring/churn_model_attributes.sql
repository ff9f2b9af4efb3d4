{#
  The attributes that a churn model may use, by kind: columns of `clients`, and additional attributes. Python has the same list in
  bank_churn.scoring.settings; the order is that of the model's columns.
#}
{% macro churn_model_attributes(kind) %}
    {{ return({
        'number': ['age', 'credit_score', 'property_points', 'balance', 'product_count', 'estimated_salary'],
        'category': ['city', 'gender', 'has_credit_card', 'is_active'] + additional_attributes(),
    }[kind]) }}
{% endmacro %}
