{# A text in composed letters (Unicode NFC), so that one word is one text whichever program wrote it. #}
{% macro composed(text) -%}
    {{ return(adapter.dispatch('composed', 'bank_churn')(text)) }}
{%- endmacro %}

{# Spark knows no Unicode forms: the letters of Russian that are made of two signs. #}
{% macro default__composed(text) -%}
    {%- set apart = {'й': 'и\u0306', 'Й': 'И\u0306', 'ё': 'е\u0308', 'Ё': 'Е\u0308'} -%}
    {%- set composed = namespace(text=text) -%}
    {%- for letter, signs in apart.items() -%}
        {%- set composed.text = 'replace(' ~ composed.text ~ ", '" ~ signs ~ "', '" ~ letter ~ "')" -%}
    {%- endfor -%}
    {{ return(composed.text) }}
{%- endmacro %}

{% macro duckdb__composed(text) -%}
    nfc_normalize({{ text }})
{%- endmacro %}
