{#
  The attributes that the churn model may use, of some forms: those with role `model`, and with `forecast` what has changed since the
  snapshot before, which only a forecast knows.
#}
{% macro churn_model_attributes(forms=none) %}
    {{ return(client_attributes('model', forms) + client_attributes('forecast', forms)) }}
{% endmacro %}
