{#
  What is expected of some remaining clients, in words: with months how many leave within the horizon, with an interval; with one
  extract, which has no time in it, whom they resemble. `band`: their risk band in words, or ''.
#}
{% macro leaving_sentence(prefix, band, language) -%}
    {%- set clients = format_thousands(prefix ~ 'client_count', language) -%}
    {%- set expected, low, high = format_thousands(prefix ~ 'expected_leaver_count', language), format_thousands(prefix ~ 'expected_low', language),
        format_thousands(prefix ~ 'expected_high', language) -%}
    {%- set days = 'cast(' ~ prefix ~ 'horizon_days as ' ~ dbt.type_string() ~ ')' -%}
    {%- set named = 'case when ' ~ band ~ " = '' then '' else ' (' || " ~ band ~ " || ')' end" -%}
    {%- if language == 'ru' -%}
    case
            when {{ prefix }}horizon_days is not null
                then 'Оставшихся клиентов: ' || {{ clients }} || {{ named }} || '; за ' || {{ days }} || ' дн. ожидаем ухода '
                    || {{ expected }} || ' (от ' || {{ low }} || ' до ' || {{ high }} || ').'
            else 'Оставшихся клиентов: ' || {{ clients }} || {{ named }} || '. Риск — похожесть на ушедших; когда уходят, по одной выгрузке неизвестно.'
        end
    {%- else -%}
    case
            when {{ prefix }}horizon_days is not null
                then 'Of ' || {{ clients }} || ' remaining clients' || {{ named }} || ' ' || {{ expected }} || ' are expected to leave within '
                    || {{ days }} || ' days (' || {{ low }} || ' to ' || {{ high }} || ').'
            else {{ clients }} || ' remaining clients' || {{ named }} || '. Risk is how much they resemble those who left; one extract does not say when.'
        end
    {%- endif -%}
{%- endmacro %}
