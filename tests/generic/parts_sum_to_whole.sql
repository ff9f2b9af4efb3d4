{# Claim: in every row the parts add up to the whole. #}
{% test parts_sum_to_whole(model, parts, whole) %}
select *
from {{ model }}
where {{ parts | join(' + ') }} <> {{ whole }}
{% endtest %}
