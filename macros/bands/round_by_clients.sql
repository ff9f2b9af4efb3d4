{# A figure rounded to the next 1, 2 or 5 times a power of ten above what four clients like others move it: a mean that one
   client more or less moves by a quarter of that. The file for everyone rounds in the same way (python/bank_churn/privacy);
   whatever writes such a figure into a sentence rounds it first. Without a deviation it stays. #}
{% macro round_by_clients(value, deviation, clients) -%}
    {%- set moved = '(4e0 * abs(' ~ deviation ~ ') / ' ~ clients ~ ')' -%}
    {%- set power = 'power(10e0, floor(log10(' ~ moved ~ ') + 1e-9))' -%}
    {%- set unit -%}
        ({{ power }} * case
            when {{ moved }} <= {{ power }} * (1 + 1e-9) then 1
            when {{ moved }} <= 2 * {{ power }} * (1 + 1e-9) then 2
            when {{ moved }} <= 5 * {{ power }} * (1 + 1e-9) then 5
            else 10
        end)
    {%- endset -%}
    case
        when coalesce({{ deviation }}, 0) = 0 or {{ clients }} = 0 then {{ value }}
        else floor({{ value }} / {{ unit }} + 0.5e0) * {{ unit }}
    end
{%- endmacro %}
