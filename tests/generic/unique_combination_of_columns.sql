{#
  Claim: no two rows share these columns, and none lacks one unless told: they are a key. The names are those of dbt_utils, by
  which programs know the test of a key. With `by_attributes`, what splits clients for the tests belongs to the key. Failing
  rows show the combination and how often it occurs.
#}
{% test unique_combination_of_columns(model, combination_of_columns, may_be_empty=false, by_attributes=false) %}
{%- set key = combination_of_columns + (attribute_names('groups') if by_attributes else []) %}
select
    {{ key | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ key | join(', ') }}
having
    count(*) > 1
    {%- if not may_be_empty %}
    or {{ key | join(' is null or ') }} is null
    {%- endif %}
{% endtest %}
