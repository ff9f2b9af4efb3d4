{# Claim: p-values lie in 0..1, the adjusted one is never smaller, and a row without one says why. #}
{% test p_values_are_honest(model) %}
select *
from {{ model }}
where
    p_value not between 0 and 1
    or p_value_adjusted not between 0 and 1
    or p_value_adjusted < p_value
    or (p_value is null and reason is null)
{% endtest %}
