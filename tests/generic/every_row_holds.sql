{#
  Claims about each row of a table by itself, judged in one scan. A failing row names what it breaks in `broken`.
  values: a column holds nothing but these, by column. seeds: the values of `column` stand in `field` of a seed (of its rows by
  `filter`), so that the list of values and the test cannot drift apart. intervals: low <= value <= high, and the interval is
  there whenever the value is (in rows by `where`). rates: `rate` is its numerator divided by its denominator, lies in 0..1,
  and is null only without a denominator. What is missing breaks none of the first two.
#}
{% test every_row_holds(model, values={}, seeds=[], intervals=[], rates=[]) %}
{%- set broken = {} %}
{%- for column, accepted in values.items() %}
{%- do broken.update({column ~ ' is none of the values it may have': "model." ~ column ~ " not in ('" ~ accepted | join("', '") ~ "')"}) %}
{%- endfor %}
{%- for one in seeds %}
{%- do broken.update({one.column ~ ' is not in the seed': 'model.' ~ one.column ~ ' is not null and seed_' ~ loop.index ~ '.known_value is null'}) %}
{%- endfor %}
{%- for one in intervals %}
{%- do broken.update({one.value ~ ' is not between ' ~ one.low ~ ' and ' ~ one.high:
    (one.where ~ ' and ' if one.where else '') ~ one.value ~ ' is not null and coalesce('
    ~ one.value ~ ' not between ' ~ one.low ~ ' and ' ~ one.high ~ ', true)'}) %}
{%- endfor %}
{%- for one in rates %}
{%- do broken.update({one.rate ~ ' is not ' ~ one.numerator ~ ' / ' ~ one.denominator:
    '((' ~ one.denominator ~ ' = 0) <> (' ~ one.rate ~ ' is null) or ' ~ one.rate ~ ' not between 0 and 1 or '
    ~ one.numerator ~ ' not between 0 and ' ~ one.denominator ~ ' or abs(' ~ one.rate ~ ' * ' ~ one.denominator ~ ' - '
    ~ one.numerator ~ ') > 1e-6)'}) %}
{%- endfor %}
select
    model.*,
    concat_ws(
        '; '
        {%- for words, condition in broken.items() %},
        case when {{ condition }} then '{{ words }}' end
        {%- endfor %}
    ) as broken
from {{ model }} as model
{%- for one in seeds %}
left join (
    select distinct {{ one.field }} as known_value from {{ one.seed }} where {{ one.filter or 'true' }}
) as seed_{{ loop.index }} on model.{{ one.column }} = seed_{{ loop.index }}.known_value
{%- endfor %}
where
    {%- for condition in broken.values() %}
    {{ 'or ' if not loop.first }}({{ condition }})
    {%- endfor %}
{% endtest %}
