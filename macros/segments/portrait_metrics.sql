{#
  The numbers that a portrait gives the mean, median and quartiles of, by the form of their values: `counted` take few
  values, `continuous` nearly as many as there are clients.
#}
{% macro portrait_metrics(form) %}
    {{ return({
        'counted': ['age', 'credit_score', 'property_points', 'product_count'],
        'continuous': ['balance', 'estimated_salary'],
    }[form]) }}
{% endmacro %}
