{#
  Claim: these columns tell rows apart, and none of them is empty; with `by_attributes`, they and the attributes that split
  clients for the tests. Failing rows show the combination and how often it occurs.
#}
{% test key(model, columns, by_attributes=false) %}
{%- set key = columns + (attribute_names('groups') if by_attributes else []) %}
select
    {{ key | join(',\n    ') }},
    count(*) as occurrences
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1 or {{ key | join(' is null or ') }} is null
{% endtest %}
