{#
  Claim: no two rows share these columns, and none lacks one unless told: they are a key. The names are those of dbt_utils, by
  which programs know the test of a key. Failing rows show the combination and how often it occurs.
#}
{% test unique_combination_of_columns(model, combination_of_columns, may_be_empty=false) %}
select
    {{ combination_of_columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ combination_of_columns | join(', ') }}
having
    count(*) > 1
    {%- if not may_be_empty %}
    or {{ combination_of_columns | join(' is null or ') }} is null
    {%- endif %}
{% endtest %}
