{# Claim: low <= value <= high, and the interval is there whenever the value is. #}
{% test interval_contains(model, value, low, high) %}
select *
from {{ model }}
where
    {{ value }} is not null
    and coalesce({{ value }} not between {{ low }} and {{ high }}, true)
{% endtest %}
