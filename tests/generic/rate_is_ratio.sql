{# Claim: the rate is its numerator divided by its denominator, lies in 0..1, and is null only without a denominator. #}
{% test rate_is_ratio(model, rate, numerator, denominator) %}
select *
from {{ model }}
where
    ({{ denominator }} = 0) <> ({{ rate }} is null)
    or {{ rate }} not between 0 and 1
    or {{ numerator }} not between 0 and {{ denominator }}
    or abs({{ rate }} * {{ denominator }} - {{ numerator }}) > 1e-6
{% endtest %}
