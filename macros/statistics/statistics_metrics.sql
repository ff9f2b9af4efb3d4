{#
  The metrics that are tested, by the form of their values: `counted` take few values, `continuous` nearly as many as
  there are clients, `boolean` two. balance_missing is not a column of clients.
#}
{% macro statistics_metrics(form) %}
    {{ return({
        'counted': ['age', 'credit_score', 'property_points', 'product_count'],
        'continuous': ['estimated_salary', 'balance'],
        'boolean': ['is_active', 'has_credit_card', 'is_churned', 'balance_missing'],
    }[form]) }}
{% endmacro %}
