"""Invented news in many languages, sentence by sentence, with what commonly misleads who looks for their ends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class News:
    """An invented article.

    Attributes:
        sentences: As they are to be told apart.
        question: One that the sentence at the place `answer` answers, in the same language.
        gap: What stands between two sentences.
    """

    title: str
    sentences: tuple[str, ...]
    question: str
    answer: int
    gap: str = " "

    @property
    def text(self):
        return self.gap.join(self.sentences)


NEWS = {
    "en": News(
        "Pier at Ferrow Bay to reopen",
        (
            "The pier at Ferrow Bay will reopen on Jan. 5, Mayor Dr. Helen Ashby told reporters on Tuesday.",
            "“We found rust in twelve of the cables,” she said.",
            "The repairs cost $4.5m and took until October.",
            "Who will pay?",
            "According to Lt. Col. Marsh of the U.S. Army engineers, the state pays 60 per cent.",
            "Until then ferries run every twenty minutes.",
        ),
        "Who pays 60 per cent of the pier?",
        4,
    ),
    "de": News(
        "Seebrücke von Harlenau bleibt gesperrt",
        (
            "Die Seebrücke von Harlenau bleibt seit dem 3. Mai gesperrt, teilte Bürgermeisterin Dr. Ilse Brandt mit.",
            "„Wir haben z. B. an zwölf Seilen Rost gefunden“, sagte sie am Dienstag.",
            "Die Reparatur kostet rund 4,5 Mio. Euro und dauert bis ca. Ende Oktober.",
            "Wer übernimmt die Kosten?",
            "Nach Angaben des Landesamtes, d. h. der Straßenbehörde, zahlt der Bund sechzig Prozent.",
            "Das Bauwerk stammt aus dem 19. Jahrhundert und steht unter der Nr. 17 in der Denkmalliste.",
            "Bis dahin fahren Fähren alle zwanzig Minuten.",
        ),
        "Wie viel kosten die Reparaturen der Seebrücke?",
        2,
    ),
    "fr": News(
        "Le musée des Cordeliers rouvre",
        (
            "Le musée des Cordeliers rouvrira le 1er juin, a annoncé hier M. Paul Verdier, son directeur.",
            "« Le chantier a duré trois ans », a-t-il déclaré à l’agence régionale.",
            "« Qui paiera ? » demande pourtant l’opposition.",
            "Mme Lefèvre a offert deux toiles de J.-B. Corot, estimées à 1,2 million d’euros.",
            "L’entrée sera gratuite jusqu’au 15 sept. pour les élèves, les étudiants, etc.",
            "Quelle surprise !",
        ),
        "Qui a offert des toiles au musée ?",
        3,
    ),
    "es": News(
        "El tranvía de Montelar vuelve a circular",
        (
            "El tranvía de Montelar volverá a circular el lunes, anunció el alcalde, el Sr. Ramírez.",
            "¿Quién pagará las obras?",
            "«Los vecinos no pondrán ni un euro», aseguró la Dra. Soler en la av. Bolívar.",
            "¡No cederemos!",
            "La línea transportará a unos 12.500 viajeros al día, según EE. UU. Rail, la empresa adjudicataria.",
            "Las vías antiguas se habían oxidado tras las inundaciones de 2019.",
        ),
        "¿Por qué se oxidaron las vías del tranvía?",
        5,
    ),
    "it": News(
        "Riapre il teatro di Valfiore",
        (
            "Il teatro di Valfiore riaprirà il 12 marzo, ha detto ieri il sindaco, l’avv. Carlo Bini.",
            "«Abbiamo rifatto il tetto e le scale», ha spiegato il dott. Rossi.",
            "I lavori sono costati 2,3 milioni di euro.",
            "Chi canterà alla prima?",
            "La sig.ra Neri ha donato il sipario, dipinto nel sec. XVIII da un artista ignoto.",
        ),
        "Chi ha donato il sipario del teatro?",
        4,
    ),
    "pt": News(
        "Farol da Ponta Alta volta a acender",
        (
            "O farol da Ponta Alta voltará a acender na sexta-feira, informou o Sr. Duarte, capitão do porto.",
            "“Os pescadores esperavam por isto há quatro anos”, disse a Dra. Inês Prado.",
            "Quem pagou a lâmpada nova?",
            "O fabricante, com sede na av. Central, doou a peça de 1,8 metro.",
            "As obras começaram depois da tempestade de fevereiro.",
        ),
        "Quem doou a lâmpada do farol?",
        3,
    ),
    "nl": News(
        "Sluis bij Oudermeer weer open",
        (
            "De sluis bij Oudermeer gaat op 4 juni weer open, zei burgemeester dr. Van Houten gisteren.",
            "“Schippers moesten o.a. een omweg van veertig kilometer maken”, aldus mevr. De Wit.",
            "Wie betaalt de rekening?",
            "De herstelwerken kostten ca. 3,2 miljoen euro, d.w.z. twee keer zoveel als begroot.",
            "De oude deuren gaan naar het scheepvaartmuseum.",
        ),
        "Waarheen gaan de oude deuren van de sluis?",
        4,
    ),
    "sv": News(
        "Fyren på Granskär tänds igen",
        (
            "Fyren på Granskär tänds igen den 7 november, meddelade landshövding Karin Åkerlund i går.",
            "”Vi har bytt bl.a. linsen och trappan”, sade hon.",
            "Vem betalade?",
            "Renoveringen kostade ca 5,5 miljoner kronor, dvs. mer än väntat.",
            "Skolbarnen i byn får besöka fyren gratis hela vintern.",
        ),
        "Vad kostade renoveringen av fyren?",
        3,
    ),
    "pl": News(
        "Most w Lipowcu znów otwarty",
        (
            "Most w Lipowcu zostanie otwarty 5 maja, zapowiedział wczoraj burmistrz dr Jan Wolski.",
            "„Wymieniliśmy m.in. liny i barierki”, powiedziała inż. Anna Zielińska.",
            "Kto za to zapłaci?",
            "Remont kosztował ok. 12 mln zł, tj. dwa razy więcej, niż planowano w ub. r.",
            "Do tego czasu mieszkańcy pływali promem.",
        ),
        "Ile kosztował remont mostu?",
        3,
    ),
    "cs": News(
        "Lanovka na Javorník opět jezdí",
        (
            "Lanovka na Javorník bude od 1. června opět jezdit, oznámil včera starosta Ing. Petr Malý.",
            "„Vyměnili jsme např. všechna lana,“ řekl novinářům.",
            "Kdo to zaplatí?",
            "Oprava stála asi 30 mil. Kč, tj. o třetinu více, než se čekalo.",
            "První cestující byla osmdesátiletá paní Nováková.",
        ),
        "Kolik stála oprava lanovky?",
        3,
    ),
    "fi": News(
        "Kalliosaaren majakka syttyy taas",
        (
            "Kalliosaaren majakka syttyy taas 4. kesäkuuta, kertoi kaupunginjohtaja Aino Virtanen eilen.",
            "”Vaihdoimme mm. linssin ja portaat”, hän sanoi toimittajille.",
            "Kuka maksaa?",
            "Korjaus maksoi n. 2,5 miljoonaa euroa eli enemmän kuin odotettiin.",
            "Koululaiset pääsevät majakkaan ilmaiseksi koko talven.",
        ),
        "Paljonko majakan korjaus maksoi?",
        3,
    ),
    "hu": News(
        "Újra jár a komp Tiszakövesden",
        (
            "A tiszakövesdi komp május 3-án indul újra, közölte tegnap dr. Kovács Éva polgármester.",
            "„Kicseréltük pl. a motort és a köteleket” – mondta az újságíróknak.",
            "Ki fizeti ki?",
            "A felújítás kb. 40 millió forintba került, azaz kétszer annyiba, mint tervezték.",
            "Az első utas egy nyolcvanéves néni volt.",
        ),
        "Mennyibe került a komp felújítása?",
        3,
    ),
    "ro": News(
        "Podul de la Valea Albă se redeschide",
        (
            "Podul de la Valea Albă se redeschide pe 9 mai, a anunțat ieri primarul, dl. Ion Munteanu.",
            "„Am schimbat toate cablurile și balustradele”, a spus ing. Maria Pop.",
            "Cine plătește?",
            "Lucrările au costat cca. 8 milioane de lei, adică dublu față de plan.",
            "Până atunci, locuitorii au trecut râul cu bacul.",
        ),
        "Cât au costat lucrările la pod?",
        3,
    ),
    "el": News(
        "Ξανανοίγει το γεφύρι της Ασπροπόταμης",
        (
            "Το γεφύρι της Ασπροπόταμης ανοίγει ξανά στις 4 Μαΐου, ανακοίνωσε χθες ο δήμαρχος κ. Νίκος Παππάς.",
            "«Αλλάξαμε όλα τα συρματόσχοινα», είπε στους δημοσιογράφους.",
            "Ποιος θα πληρώσει;",
            "Τα έργα κόστισαν 3,5 εκατ. ευρώ, δηλαδή τα διπλά από όσα είχαν υπολογιστεί.",
            "Ως τότε οι κάτοικοι περνούσαν το ποτάμι με βάρκα.",
        ),
        "Πόσο κόστισαν τα έργα στο γεφύρι;",
        3,
    ),
    "ru": News(
        "Канатную дорогу в Озёрске откроют летом",
        (
            "Канатную дорогу в Озёрске откроют 12 июня, сообщил в среду мэр А. П. Смирнов.",
            "В 2019 г. её закрыли из-за ржавчины на опорах.",
            "— Мы заменили все тросы, — сказал он журналистам.",
            "Кто заплатит за ремонт?",
            "Работы обошлись в 450 млн руб., т. е. вдвое дороже, чем планировали.",
            "Билеты продают на ул. Ленина, в здании вокзала и т. д.",
            "Первой поднимется учительница Ольга Петрова!",
        ),
        "Во сколько обошлись работы на канатной дороге?",
        4,
    ),
    "uk": News(
        "Пором у Вербівці знову ходить",
        (
            "Пором у Вербівці знову ходитиме з 5 травня, повідомив учора міський голова О. М. Коваль.",
            "«Ми замінили двигун і всі канати», — сказав він журналістам.",
            "Хто заплатить за ремонт?",
            "Роботи коштували 12 млн грн, тобто вдвічі більше, ніж планували.",
            "Першою пасажиркою стала вчителька Ганна Шевченко.",
        ),
        "Скільки коштували роботи на поромі?",
        3,
    ),
    "tr": News(
        "Çınarköy köprüsü yeniden açılıyor",
        (
            "Çınarköy köprüsü 4 Mayıs’ta yeniden açılacak, dedi dün belediye başkanı Dr. Ayşe Yıldız.",
            "“Bütün halatları ve korkulukları değiştirdik” diye konuştu.",
            "Parayı kim ödeyecek?",
            "Onarım 3,5 milyon liraya, yani planlananın iki katına mal oldu.",
            "O zamana kadar köylüler nehri sandalla geçiyordu.",
        ),
        "Köprünün onarımı kaça mal oldu?",
        3,
    ),
    "id": News(
        "Jembatan Sungai Lintang dibuka kembali",
        (
            "Jembatan Sungai Lintang akan dibuka kembali pada 4 Mei, kata Wali Kota Dr. Budi Santoso kemarin.",
            "“Kami sudah mengganti semua kabel dan pagar,” katanya kepada wartawan.",
            "Siapa yang akan membayar?",
            "Perbaikan itu menelan biaya Rp 3,5 miliar, dua kali lipat dari rencana.",
            "Sampai saat itu warga menyeberangi sungai dengan perahu.",
        ),
        "Berapa biaya perbaikan jembatan?",
        3,
    ),
    "vi": News(
        "Cầu Bến Sậy mở cửa trở lại",
        (
            "Cầu Bến Sậy sẽ mở cửa trở lại vào ngày 4 tháng 5, ông Trần Văn Hòa, chủ tịch thị trấn, cho biết hôm qua.",
            "“Chúng tôi đã thay toàn bộ dây cáp”, bà Lê Thị Mai nói với các phóng viên.",
            "Ai sẽ trả tiền?",
            "Việc sửa chữa tốn 3,5 tỷ đồng, gấp đôi so với kế hoạch.",
            "Cho đến lúc đó người dân phải qua sông bằng đò.",
        ),
        "Việc sửa chữa cầu tốn bao nhiêu?",
        3,
    ),
    "ar": News(
        "إعادة فتح جسر وادي السنديان",
        (
            "أعلن رئيس البلدية د. سامي الخطيب أمس أن جسر وادي السنديان سيفتح من جديد يوم الاثنين.",
            "وقال للصحفيين: «لقد استبدلنا جميع الكابلات الصدئة».",
            "من سيدفع التكاليف؟",
            "بلغت كلفة الإصلاحات 3.5 مليون دينار، أي ضعف ما كان مقررا.",
            "وحتى ذلك الحين كان السكان يعبرون النهر بالقوارب!",
        ),
        "كم بلغت كلفة إصلاح الجسر؟",
        3,
    ),
    "fa": News(
        "پل سرودره دوباره باز می‌شود",
        (
            "شهردار دکتر رضا احمدی دیروز گفت که پل سرودره روز دوشنبه دوباره باز می‌شود.",
            "او به خبرنگاران گفت: «همه کابل‌های زنگ‌زده را عوض کرده‌ایم».",
            "چه کسی هزینه را می‌پردازد؟",
            "هزینه تعمیرات ۳.۵ میلیارد تومان شد، یعنی دو برابر برنامه.",
            "تا آن زمان مردم با قایق از رودخانه می‌گذشتند.",
        ),
        "هزینه تعمیرات پل چقدر شد؟",
        3,
    ),
    "he": News(
        "הגשר בנחל האלונים נפתח מחדש",
        (
            "הגשר בנחל האלונים ייפתח מחדש ביום שני, הודיע אתמול ראש העיר ד״ר יוסי לוי.",
            "„החלפנו את כל הכבלים החלודים”, אמר לעיתונאים.",
            "מי ישלם?",
            "עלות התיקונים הגיעה ל-3.5 מיליון שקלים, כפול מהמתוכנן.",
            "עד אז חצו התושבים את הנהר בסירות.",
        ),
        "מה הייתה עלות התיקונים בגשר?",
        3,
    ),
    "hi": News(
        "बांसवाड़ी का पुल फिर खुलेगा",
        (
            "बांसवाड़ी का पुल सोमवार को फिर खुलेगा, महापौर डॉ. रमेश वर्मा ने कल पत्रकारों को बताया।",
            "“हमने सारे जंग लगे तार बदल दिए हैं,” उन्होंने कहा।",
            "खर्च कौन उठाएगा?",
            "मरम्मत पर 3.5 करोड़ रुपये खर्च हुए, यानी योजना से दोगुना।",
            "तब तक गाँव के लोग नाव से नदी पार करते थे।",
        ),
        "पुल की मरम्मत पर कितना खर्च हुआ?",
        3,
    ),
    "zh": News(
        "清河镇大桥将重新开放",
        (
            "清河镇大桥将于5月4日重新开放，镇长李国华昨天对记者表示。",
            "“我们更换了全部十二根生锈的缆索”，他说。",
            "谁来承担费用？",
            "维修工程耗资3.5亿元，比原计划高出一倍！",
            "在此之前，居民们只能乘渡船过河。",
        ),
        "大桥维修耗资多少？",
        3,
        "",
    ),
    "ja": News(
        "白浜橋が再び開通へ",
        (
            "白浜橋は5月4日に再び開通すると、山田一郎市長が昨日の記者会見で発表した。",
            "「錆びたケーブルを十二本すべて交換しました。」と市長は述べた。",
            "費用は誰が負担するのか？",
            "修理には3.5億円かかり、当初の予算の二倍になった。",
            "それまで住民は渡し船で川を渡っていた。",
        ),
        "橋の修理にはいくらかかったか？",
        3,
        "",
    ),
    "ko": News(
        "은빛다리 다시 열린다",
        (
            "은빛다리가 5월 4일에 다시 열린다고 김민수 시장이 어제 기자들에게 밝혔다.",
            "“녹슨 케이블 열두 개를 모두 교체했습니다.”라고 그는 말했다.",
            "비용은 누가 부담하는가?",
            "수리에는 3.5억 원이 들었으며 이는 예산의 두 배이다.",
            "그때까지 주민들은 나룻배로 강을 건넜다.",
        ),
        "다리 수리에 얼마가 들었는가?",
        3,
    ),
    "th": News(
        "สะพานบ้านดอนไผ่เปิดใช้อีกครั้ง",
        (
            "นายกเทศมนตรีสมชาย ใจดี กล่าวเมื่อวานนี้ว่าสะพานบ้านดอนไผ่จะเปิดใช้อีกครั้งในวันที่ 4 พฤษภาคม",
            "เขาบอกผู้สื่อข่าวว่าได้เปลี่ยนสายเคเบิลที่เป็นสนิมทั้งสิบสองเส้นแล้ว",
            "ค่าซ่อมแซมสูงถึง 3.5 ล้านบาท ซึ่งมากกว่าที่วางแผนไว้สองเท่า",
            "ก่อนหน้านั้นชาวบ้านต้องข้ามแม่น้ำด้วยเรือ",
        ),
        "ค่าซ่อมแซมสะพานเท่าไร",
        2,
    ),
}
"""ISO 639-1 code -> news in that language."""

MORE = {
    "de": (
        "Der Fund wird auf das 14. Jh. geschätzt, also auf die Zeit um 1350.",
        "„Das ist sensationell!“, rief Prof. Adler vom Institut f. Geschichte.",
        "Am 24. Dezember 2018 wurde das Grab entdeckt.",
        "Die Firma Kolb & Söhne GmbH u. Co. KG barg es mit einem Kran (ca. 80 t).",
        "Gesucht wird nun ein Sponsor, der evtl. die Hälfte zahlt.",
        "Ob das gelingt?",
        "Bürgermeister St. Ritter bleibt skeptisch: „Wir haben kein Geld.“",
        "Im Haushalt fehlen bereits 1.250.000 Euro.",
    ),
    "fr": (
        "L’incendie a détruit 12 ha de pins dans le dép. du Var, selon les pompiers.",
        "« Il n’y a pas de blessés. », a précisé le cap. Morel.",
        "À 14 h. 30, le vent a tourné.",
        "Où sont passés les Canadair ?",
        "MM. Roux et Petit, élus de St. Clair, réclament des comptes.",
        "Le feu est parti de l’av. Foch !",
        "Une enquête est ouverte.",
    ),
    "es": (
        "El río subió 3,2 m. en una noche, según la Confed. Hidrográfica.",
        "—¿Y ahora qué? —preguntó D. Luis, el párroco.",
        "Más de 1.200 vecinos, p. ej. los de la calle Mayor, durmieron en el polideportivo.",
        "«No hay que lamentar víctimas.»",
        "Ud. puede donar mantas en la pza. de la Villa.",
        "La ministra llegará mañana.",
    ),
    "it": (
        "Il treno delle ore 7.45 è deragliato vicino a S. Marco, in prov. di Lecce.",
        "«Nessun ferito grave», assicura l’ing. Conti.",
        "Perché il freno non ha funzionato?",
        "La linea, costruita nel 1911, trasporta ca. 4.000 pendolari.",
        "Il ministro ha detto di no.",
        "Domani si riparte!",
    ),
    "pt": (
        "A vacina chegou ontem a S. Tomé, disse o prof. Alves.",
        "“Temos 12.000 doses, ou seja, o bastante p. todos.”",
        "Quando começa a campanha?",
        "O min. da Saúde, Dr. Rui Lima, fala às 18 h.",
        "Não há mais filas.",
    ),
    "nl": (
        "De brand brak om 3.15 uur uit in het pand van Jansen B.V. aan de Dorpsstr. 12.",
        "‘Niemand raakte gewond,’ zei brandweercommandant ir. Smit.",
        "Hoe kon dit gebeuren?",
        "Volgens prof. dr. Bakker speelde o.m. de droogte een rol, m.a.w. de natuur.",
        "De schade wordt geschat op € 1,5 mln.",
        "Morgen volgt meer nieuws.",
    ),
    "sv": (
        "Branden började kl. 03.15 i ett hus på Storgatan 12, enl. polisen.",
        "”Ingen skadades”, säger hon.",
        "Hur kunde det hända?",
        "Enligt prof. Berg berodde det på torkan, m.a.o. vädret.",
        "Skadorna uppgår till 1,5 milj. kr.",
        "Familjen fick bo hos grannarna den natten.",
    ),
    "pl": (
        "Pożar wybuchł o godz. 3.15 przy ul. Długiej 12, podała policja.",
        "„Nikt nie ucierpiał”, mówi st. kpt. Nowak.",
        "Jak do tego doszło?",
        "Zdaniem prof. Lisa zawiniła m.in. susza, np. brak deszczu w XXI w. na Mazowszu.",
        "Straty sięgają 1,5 mln zł.",
        "Rodzina zamieszkała u sąsiadów.",
    ),
    "cs": (
        "Požár vypukl ve 3.15 hod. v ul. Dlouhá č. 12, uvedla policie.",
        "„Nikdo nebyl zraněn,“ řekl kpt. Novák.",
        "Jak se to mohlo stát?",
        "Podle prof. MUDr. Lišky za to mohlo např. sucho 20. století.",
        "Škoda dosahuje 1,5 mil. Kč.",
        "Rodina bydlí u sousedů.",
    ),
    "ru": (
        "Пожар начался в 3.15 на ул. Гоголя, д. 12, сообщил ген.-майор Лисицын.",
        "«Никто не пострадал», — добавил он.",
        "Как это могло случиться?",
        "По словам проф. И. И. Белова, виновата засуха, напр. нехватка дождей в XX в. на юге.",
        "Ущерб составил 1,5 млн руб.",
        "Семья живёт у соседей…",
        "А что дальше?",
    ),
    "tr": (
        "Yangın saat 3.15’te Atatürk Cad. No. 12’de çıktı, dedi Prof. Dr. Kaya.",
        "“Kimse yaralanmadı.”",
        "Nasıl oldu?",
        "20. yüzyılda yapılan ev vb. binalar kullanılamaz hâlde.",
        "Zarar 1,5 milyon TL.",
        "Aile komşularda kalıyor.",
    ),
    "ar": (
        "اندلع الحريق عند الساعة 3.15 في شارع النخيل، كما قال أ. د. كمال منصور.",
        "هل أصيب أحد؟",
        "لا، لم يصب أحد!",
        "تبلغ الخسائر 1.5 مليون درهم؛ وقد تزيد.",
        "تقيم العائلة عند الجيران.",
    ),
    "hi": (
        "आग सुबह 3.15 बजे लगी, प्रो. शर्मा ने कहा।",
        "क्या कोई घायल हुआ?",
        "नहीं!",
        "नुकसान लगभग 1.5 लाख रु. का है।",
        "परिवार पड़ोसियों के यहाँ ठहरा है।",
    ),
    "zh": (
        "火灾于凌晨3点15分发生在长安路12号。",
        "“没有人受伤！”消防队长王强说。",
        "怎么会这样？！",
        "专家认为，干旱是主要原因（见第3版）。",
        "损失约1.5亿元……",
        "一家人暂住邻居家。",
    ),
    "ja": (
        "火事は午前3時15分ごろ、中央区1.5丁目の住宅で起きた。",
        "「けが人はいません！」と消防署長は話した。",
        "なぜ起きたのか。",
        "ところが、原因はまだ分かっていない（警察調べ）。",
        "被害額は約1.5億円。",
        "家族は隣人の家にいる。",
    ),
    "ko": (
        "불은 새벽 3시 15분경 중앙로 12번지에서 났다.",
        "“다친 사람은 없습니다.” 소방서장이 말했다.",
        "왜 일어났을까?",
        "피해액은 약 1.5억 원이다.",
        "가족은 이웃집에 머물고 있다!",
    ),
}
"""More sentences, with which the rules of splitting were not made: they measure them."""
