{# Claim: every value stands in a field of a seed, so that the list of values and the test cannot drift apart. #}
{% test accepted_values_of_seed(model, column_name, seed, field, filter='true') %}
select
    model.{{ column_name }},
    count(*) as row_count
from {{ model }} as model
left join (select distinct {{ field }} from {{ seed }} where {{ filter }}) as seed on model.{{ column_name }} = seed.{{ field }}
where model.{{ column_name }} is not null and seed.{{ field }} is null
group by model.{{ column_name }}
{% endtest %}
